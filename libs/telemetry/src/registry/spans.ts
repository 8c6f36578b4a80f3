import { decisionSpans } from './decision-spans.js';
import { consumers, everybody } from './metric.js';
import { ofMessage, withBroker, type SpanPattern } from './span.js';

const subscription = 'messaging.destination.subscription.name';
const group = 'messaging.consumer.group.name';
const status = 'http.response.status_code';
const creation = 'the context that the message was created in';

const served = ['http.request.method', 'url.path', 'url.scheme', 'waybill.request.id', status];
const caller = 'the caller’s `traceparent`; without one, it is the root of an order’s trace';

const requestSpans: readonly SpanPattern[] = [
  {
    name: '{method} {route}',
    kind: 'SERVER',
    description: 'A request, from its body to the last byte of the answer; probes have none',
    attributes: [...served, 'http.route'],
    parent: caller,
    madeBy: everybody,
  },
  {
    name: '{method}',
    kind: 'SERVER',
    description: 'A request that no route takes',
    attributes: served,
    parent: caller,
    madeBy: everybody,
  },
  {
    name: '{method} {template}',
    kind: 'CLIENT',
    description: 'A question to the payment provider',
    attributes: ['http.request.method', 'url.full', 'url.template', 'server.address'],
    sometimes: ['server.port', status],
    parent: 'the run that asks',
    madeBy: ['payment'],
  },
];

/**
 * By OpenTelemetry’s conventions a send span is a PRODUCER’s where its own context travels with the message, and a CLIENT’s
 * where, as here, that of the message’s creation does.
 */
const messageSpans: readonly SpanPattern[] = [
  {
    name: 'publish {address}',
    kind: 'CLIENT',
    description: 'A message on its way from the outbox to its broker',
    groups: [withBroker, ofMessage],
    attributes: [],
    parent: creation,
    madeBy: consumers,
  },
  {
    name: 'process {subscription}',
    kind: 'CONSUMER',
    description:
      'One run of a handler: which of its message’s runs it is (`waybill.attempt`), and what it came to',
    groups: [withBroker, ofMessage],
    attributes: [subscription, 'waybill.attempt', 'waybill.outcome'],
    sometimes: [group],
    parent: creation,
    links: { of: 'some', to: 'the first run, if this is a later one' },
    madeBy: consumers,
  },
  {
    name: 'process sales-per-minute',
    kind: 'CONSUMER',
    description:
      'A transaction of Kafka, in which many messages are read and what is made of them is written',
    groups: [withBroker],
    attributes: [subscription, group, 'messaging.batch.message_count'],
    parent: 'none; it begins a trace of its own',
    links: { of: 'all', to: 'the creation of each message that was read' },
    madeBy: ['audit'],
    onlyWhen: {
      situation: 'traces are recorded of which nobody asked for one',
      provedBy: 'libs/messaging-kafka/src/transaction-span.spec.ts',
    },
  },
  {
    name: 'ask {queue}',
    kind: 'CLIENT',
    description: 'A question over RabbitMQ, until it is answered',
    groups: [withBroker],
    attributes: [],
    parent: 'the request that asks',
    madeBy: ['order'],
  },
  {
    name: 'answer {queue}',
    kind: 'SERVER',
    description: 'The making of its answer',
    groups: [withBroker],
    attributes: [],
    parent: 'its `ask`',
    madeBy: ['payment'],
  },
];

const outsideSpans: readonly SpanPattern[] = [
  {
    name: 'send mail',
    kind: 'CLIENT',
    description: 'A mail on its way to the SMTP server; neither whom it goes to nor what it says',
    attributes: ['network.protocol.name', 'server.address'],
    sometimes: ['server.port'],
    parent: 'the run that sends it',
    madeBy: ['notification'],
  },
  {
    name: 'S3/{operation}',
    kind: 'CLIENT',
    description:
      'A request about an invoice or an image that travels as a claim check, as OpenTelemetry names AWS’s calls',
    attributes: ['rpc.system', 'rpc.service', 'rpc.method', 'aws.s3.bucket'],
    parent:
      'the creation of the message that it travels with, the run that reads it, or the request about an image',
    madeBy: ['order', 'notification'],
  },
];

/** Every span that is made. */
export const spans: readonly SpanPattern[] = [
  ...requestSpans,
  ...messageSpans,
  ...decisionSpans,
  ...outsideSpans,
];
