import { addresses, DeliveryReceipt } from '@waybill/contracts';
import type { PayloadOf } from '@waybill/messaging';
import type { KafkaConnection } from '@waybill/service-kit/settings';
import type { Batch } from 'kafkajs';
import { readBatches } from '../../verify/read-topics.ts';

export type Receipt = PayloadOf<typeof DeliveryReceipt>;

/** Every receipt on `deliveries`, in the order told per message. */
export function readReceipts(kafka: KafkaConnection): Promise<Receipt[]> {
  return readBatches(kafka, [addresses.deliveries], receiptsIn);
}

function receiptsIn({ messages }: Batch): Receipt[] {
  return messages
    .filter(({ headers }) => String(headers?.['ce_type']) === DeliveryReceipt.type)
    .map(({ value }) => JSON.parse(String(value)) as Receipt);
}
