import { consumers, metric } from './metric.js';

/** What is told of connections to brokers, and of what goes out over them. */
export const connectionMetrics = {
  blocked: metric({
    name: 'waybill.connections.blocked',
    instrument: 'UpDownCounter',
    unit: '{connection}',
    description: 'Connections on which the broker takes no messages just now (memory or disk alarm)',
    attributes: ['messaging.system'],
    shownBy: consumers,
  }),
  calls: metric({
    name: 'waybill.rpc.calls',
    instrument: 'Counter',
    unit: '{call}',
    description: 'Questions that were asked and are settled, by what became of them',
    attributes: ['messaging.destination.name', 'outcome'],
    shownBy: ['order'],
    onlyWhen: {
      situation: 'a question was asked',
      provedBy: 'libs/telemetry/src/connection-metrics.spec.ts',
    },
  }),
  lateAnswers: metric({
    name: 'waybill.rpc.late_answers',
    instrument: 'Counter',
    unit: '{message}',
    description: 'Answers that were dropped because nobody waited for them any more',
    attributes: ['messaging.system'],
    shownBy: ['order'],
    onlyWhen: {
      situation: 'an answer came too late',
      provedBy: 'libs/telemetry/src/connection-metrics.spec.ts',
    },
  }),
  publishesLost: metric({
    name: 'waybill.publishes.lost',
    instrument: 'Counter',
    unit: '{message}',
    description: 'Messages sent without asking for an answer that are known not to have arrived',
    attributes: ['messaging.destination.name'],
    shownBy: ['order'],
    onlyWhen: {
      situation: 'a message was lost in this way',
      provedBy: 'libs/telemetry/src/connection-metrics.spec.ts',
    },
  }),
} as const;
