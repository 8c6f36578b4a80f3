import type { Capabilities } from '@waybill/messaging';

/** Kafka's own default of `message.max.bytes`; larger topics say so by `maxMessageBytes` in the options. */
export const defaultMaxMessageBytes = 1_048_588;

/** What Kafka can do for a subscription; `maxMessageBytes` is the broker's and travels with the options. */
export const kafkaCapabilities: Capabilities = {
  keepsKeyOrder: true,
  handsOutKeysAhead: true,
  dropsCopies: false,
  fansOut: true,
  /** A retry topic per delay, whose partitions the consumer pauses until the first message is due. */
  delaysNatively: false,
  exactDelays: false,
  /** The retention of retry topics. */
  maxDelayMs: 14 * 86_400_000,
  /** kafkajs has none: after a SIGKILL partitions stand still for the session timeout (`npm run bench -- standstill`: 46.8 s). */
  staticMembership: false,
  replaysHistory: true,
  countsDeliveries: false,
  priorities: 1,
  rpc: false,
  maxMessageBytes: defaultMaxMessageBytes,
};
