import type { Capabilities } from '@waybill/messaging';

export const capabilities: Capabilities = {
  /** Competing consumers and requeues reorder. */
  keepsKeyOrder: false,
  handsOutKeysAhead: true,
  dropsCopies: false,
  fansOut: true,
  /** One wait queue per subscription and delay. */
  delaysNatively: true,
  exactDelays: true,
  /** A queue's TTL is 32 bits wide. */
  maxDelayMs: 2 ** 32 - 1,
  staticMembership: false,
  replaysHistory: false,
  /** Only quorum queues count (`x-delivery-count`); a classic queue knows just `redelivered`. */
  countsDeliveries: false,
  priorities: 10,
  /** By direct reply-to. */
  rpc: true,
  /** RabbitMQ 4's default `max_message_size`; 3.x takes 128 MiB. Above it the broker closes the channel. */
  maxMessageBytes: 16 * 1024 * 1024,
};
