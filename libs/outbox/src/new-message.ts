import type { Contract, PayloadOf } from '@waybill/messaging';

/** A message as the application announces it; the outbox adds id, source, trace and sequence. */
export interface NewMessage<C extends Contract = Contract> {
  readonly contract: C;
  /** Messages of one key keep their order. Empty when it belongs to no key; it then has sequence 0. */
  readonly key: string;
  /** CloudEvents subject: what the message is about, such as the order's id. */
  readonly subject: string;
  readonly payload: PayloadOf<C>;
  /** UUID, lower case. Default: a new UUIDv7. */
  readonly id?: string;
  /** When it happened. Default: now. */
  readonly time?: Date;
  /** Not to be sent before; later messages of its key do not wait for it. Default: at once. */
  readonly dueAt?: Date;
  /** Beside the envelope. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Destination {
  /** A name among the relay's publishers: `kafka`, `rabbitmq`. */
  readonly broker: string;
  /** As the broker's publisher understands it. */
  readonly address: string;
  /** RabbitMQ only: 0 to 9. */
  readonly priority?: number;
}

/** Where messages go, by their contract's type. Every destination gets the same message id. */
export type OutboxRoutes = Readonly<Record<string, (message: NewMessage) => readonly Destination[]>>;
