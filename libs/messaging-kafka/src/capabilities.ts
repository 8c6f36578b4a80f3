import type { Capabilities } from '@waybill/messaging';

/** Kafka's own default of `message.max.bytes`; larger topics say so by `maxMessageBytes` in the options. */
export const defaultMaxMessageBytes = 1_048_588;

/** What Kafka can do for a subscription; `maxMessageBytes` is the broker's and travels with the options. */
export const kafkaCapabilities: Capabilities = {
  keepsKeyOrder: true,
  delaysNatively: false,
  replaysHistory: true,
  countsDeliveries: false,
  priorities: 1,
  maxMessageBytes: defaultMaxMessageBytes,
};
