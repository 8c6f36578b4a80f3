import { consumers } from './metric.js';
import { ofMessage, type SpanPattern } from './span.js';

/** What befell a message: no call of its own, but a moment, always recorded. */
const decision = (
  name: string,
  { attributes, ...rest }: Omit<SpanPattern, 'name' | 'kind' | 'parent' | 'madeBy'>,
): SpanPattern => ({
  name: `${name} {subscription}`,
  kind: 'INTERNAL',
  attributes: [
    'messaging.system',
    'messaging.operation.name',
    'messaging.destination.subscription.name',
    'waybill.keep',
    ...attributes,
  ],
  parent: 'the context that the message was created in',
  madeBy: consumers,
  ...rest,
});

const read = 'messaging.destination.name';
const run = 'the run that ended with it';

const operation = (name: string, description: string): SpanPattern =>
  decision(name, {
    description,
    groups: [ofMessage],
    attributes: ['waybill.operation.id'],
    links: { of: 'some', to: 'the first run of the message, if there was one' },
  });

/** What was decided about messages that did not go straight through, and what persons asked for. */
export const decisionSpans: readonly SpanPattern[] = [
  decision('retry', {
    description: 'A message is to be handled again, after a while at its broker',
    groups: [ofMessage],
    attributes: [read, 'waybill.attempts', 'waybill.because', 'waybill.after_ms'],
    links: { of: 'all', to: run },
  }),
  decision('park', {
    description:
      'A message waits in the consumer’s database: to be handled again, or behind an earlier one of its key',
    groups: [ofMessage],
    attributes: [read],
    sometimes: ['waybill.attempts', 'waybill.because', 'waybill.after_ms'],
    links: { of: 'some', to: `${run}, or the first run of the earlier message` },
  }),
  decision('dead-letter', {
    description: 'A message is set aside for a person',
    attributes: [read, 'waybill.attempts', 'waybill.because', 'error.type'],
    sometimes: ofMessage.attributes,
    links: { of: 'some', to: `${run}, if it was run` },
  }),
  operation('replay', 'A person has a dead letter handled again'),
  operation('correct', 'A person has it handled with another body'),
  operation('discard', 'A person gives it up'),
];
