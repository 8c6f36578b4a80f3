import type { ServiceName } from './metric.js';

/** Attributes that spans of several kinds have in common; said once. */
export interface AttributeGroup {
  readonly title: string;
  readonly attributes: readonly string[];
  /** Attributes that only some have. */
  readonly sometimes?: readonly string[];
}

/** Spans of one kind. In a name, `{…}` stands for what differs between them. */
export interface SpanPattern {
  readonly name: string;
  readonly kind: 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER' | 'INTERNAL';
  readonly description: string;
  readonly groups?: readonly AttributeGroup[];
  /** Besides those of its groups. */
  readonly attributes: readonly string[];
  readonly sometimes?: readonly string[];
  readonly parent: string;
  /** What it is linked to: each of them, or only some. */
  readonly links?: { readonly of: 'all' | 'some'; readonly to: string };
  readonly madeBy: readonly ServiceName[];
  /** Nobody meets it in an ordinary run, and the named test shows it. */
  readonly onlyWhen?: { readonly situation: string; readonly provedBy: string };
}

/** What every span may have. */
export const onAnySpan: AttributeGroup = {
  title: 'any span',
  attributes: [],
  sometimes: ['error.type', 'waybill.keep'],
};

/** An exchange with a broker. */
export const withBroker: AttributeGroup = {
  title: 'a broker',
  attributes: [
    'messaging.system',
    'messaging.destination.name',
    'messaging.operation.name',
    'messaging.operation.type',
  ],
  sometimes: [
    'messaging.destination.partition.id',
    'messaging.kafka.offset',
    'messaging.rabbitmq.destination.routing_key',
  ],
};

/** Which message. */
export const ofMessage: AttributeGroup = {
  title: 'a message',
  attributes: ['messaging.message.id', 'waybill.message.type', 'waybill.subject'],
};

export const attributeGroups: readonly AttributeGroup[] = [onAnySpan, withBroker, ofMessage];
