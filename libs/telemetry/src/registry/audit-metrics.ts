import { metric } from './metric.js';

const deadLettersTold = {
  situation: 'a dead letter was ever told of, also when all of them have ended',
  provedBy: 'apps/audit/src/deliveries/dead-letters-left.int.spec.ts',
};

/** What the audit service alone knows. */
export const auditMetrics = {
  chainOk: metric({
    name: 'waybill.audit.chain_ok',
    instrument: 'ObservableGauge',
    unit: '1',
    description:
      'Whether the chain is whole as far as it was looked at: all of it, again and again, a slice at a time, and its ' +
      'published end; 0 stays until `GET /audit/verify` finds it whole',
    attributes: [],
    shownBy: ['audit'],
  }),
  railsDifferences: metric({
    name: 'waybill.audit.rails_differences',
    instrument: 'ObservableGauge',
    unit: '{message}',
    description: 'Messages about orders seen on one rail only, for longer than any retry could take',
    attributes: [],
    shownBy: ['audit'],
  }),
  deadLettersOpen: metric({
    name: 'waybill.dead_letters.open',
    instrument: 'ObservableGauge',
    unit: '{message}',
    description:
      'Dead letters that no receipt has ended: nobody has replayed them with success, or given them up',
    attributes: ['messaging.destination.subscription.name'],
    shownBy: ['audit'],
    onlyWhen: deadLettersTold,
  }),
  deadLettersOldestAge: metric({
    name: 'waybill.dead_letters.oldest_age',
    instrument: 'ObservableGauge',
    unit: 's',
    description: 'Age of the oldest of them; 0 when there is none',
    attributes: ['messaging.destination.subscription.name'],
    shownBy: ['audit'],
    onlyWhen: deadLettersTold,
  }),
} as const;
