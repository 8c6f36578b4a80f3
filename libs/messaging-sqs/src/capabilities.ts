import type { Capabilities } from '@waybill/messaging';

export const capabilities: Capabilities = {
  /** A FIFO queue hands out nothing of a group while an earlier message of it is in flight. */
  keepsKeyOrder: true,
  /** Several of a group come in one answer at best, and fauxqs gives one. */
  handsOutKeysAhead: false,
  /** Of the same deduplication id, within five minutes. */
  dropsCopies: true,
  /** A queue has one kind of reader; SNS would have to stand before several. */
  fansOut: false,
  /** A queue for each delay: FIFO queues take none per message, and one that waits in flight holds up its whole group. */
  delaysNatively: true,
  exactDelays: true,
  /** A queue's `DelaySeconds`. */
  maxDelayMs: 900_000,
  staticMembership: false,
  /** What is deleted is gone. */
  replaysHistory: false,
  /** `ApproximateReceiveCount`. */
  countsDeliveries: true,
  priorities: 1,
  rpc: false,
  /** Attributes included. AWS takes 1 MiB since August 2025; what was made before then takes this. */
  maxMessageBytes: 256 * 1024,
};
