import { consumers, everybody, type ServiceName } from './metric.js';

/** Spans of one kind. In a name, `{…}` stands for what differs between them. */
export interface SpanPattern {
  readonly name: string;
  readonly kind: 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER' | 'INTERNAL';
  readonly description: string;
  readonly attributes: readonly string[];
  /** Attributes that only some have. */
  readonly sometimes?: readonly string[];
  readonly parent: string;
  /** What it is linked to. */
  readonly links: readonly string[];
  readonly madeBy: readonly ServiceName[];
}

const messageAttributes = [
  'messaging.system',
  'messaging.operation.name',
  'messaging.operation.type',
  'messaging.destination.name',
  'messaging.message.id',
  'waybill.message.type',
  'waybill.subject',
] as const;

/** Every span that is made. */
export const spans: readonly SpanPattern[] = [
  {
    name: '{method} {route}',
    kind: 'SERVER',
    description: 'A request, from its body to the last byte of the answer; probes have none',
    attributes: ['http.request.method', 'http.route', 'url.path', 'waybill.request.id'],
    sometimes: ['http.response.status_code'],
    parent: 'the caller’s `traceparent`; without one, the root of an order’s trace',
    links: [],
    madeBy: everybody,
  },
  {
    name: '{method} {template}',
    kind: 'CLIENT',
    description: 'A question to the payment provider',
    attributes: ['http.request.method', 'url.full'],
    sometimes: ['http.response.status_code'],
    parent: 'the run that asks',
    links: [],
    madeBy: ['payment'],
  },
  {
    name: 'publish {address}',
    kind: 'PRODUCER',
    description: 'A message on its way from the outbox to its broker',
    attributes: messageAttributes,
    parent: 'the context that the message was created in',
    links: [],
    madeBy: consumers,
  },
  {
    name: 'process {subscription}',
    kind: 'CONSUMER',
    description: 'One run of a handler',
    attributes: [...messageAttributes, 'messaging.destination.subscription.name'],
    parent: 'the context that the message was created in',
    links: [],
    madeBy: consumers,
  },
];
