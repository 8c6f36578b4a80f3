import { InfrastructureError, MessagingError } from '@waybill/messaging';

/** The options cannot work; lists every problem at once, each with its variable or option. Costs: the start. */
export class KafkaOptionsError extends MessagingError {
  constructor(readonly problems: readonly string[]) {
    super('WAYBILL_KAFKA_OPTIONS', `Kafka options:\n- ${problems.join('\n- ')}`, { kind: 'bug' });
  }
}

/** Existing topics contradict the declared ones in a way that cannot be changed safely. Costs: the start. */
export class KafkaTopologyError extends MessagingError {
  constructor(readonly problems: readonly string[]) {
    super('WAYBILL_KAFKA_TOPOLOGY', `Kafka topology:\n- ${problems.join('\n- ')}`, { kind: 'bug' });
  }
}

/** This message can never be written as it is. Costs: the message. */
export class KafkaRefusedError extends MessagingError {
  constructor(reason: string, options?: ErrorOptions) {
    super('WAYBILL_KAFKA_REFUSED', reason, { ...options, kind: 'fatal' });
  }
}

/** Above the limit of its topic, or of all. Costs: the message. */
export class KafkaTooLargeError extends KafkaRefusedError {
  override readonly code = 'WAYBILL_KAFKA_TOO_LARGE';
}

/** The broker's answer never came, or the send was queued behind one like that. Costs: a second copy. */
export class KafkaUnconfirmedError extends InfrastructureError {
  override readonly code = 'WAYBILL_KAFKA_UNCONFIRMED';
}

/** The client, or what was asked of it, is closed. Costs: the connection. */
export class KafkaClosedError extends InfrastructureError {
  override readonly code = 'WAYBILL_KAFKA_CLOSED';
}

/** Another owner has claimed the transactional id. Costs: the transaction, and the right to begin another. */
export class KafkaFencedError extends InfrastructureError {
  override readonly code = 'WAYBILL_KAFKA_FENCED';
}

/** Offsets of a group that has members are its members' alone. Costs: the rewind; nothing has changed. */
export class GroupInUseError extends MessagingError {
  constructor(group: string, cause: Error) {
    super('WAYBILL_KAFKA_GROUP_IN_USE', `group ${group} has members: pause the subscription first`, {
      kind: 'fatal',
      cause,
    });
  }
}

/** Whatever was thrown, as an Error. */
export const asError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error(String(thrown));
