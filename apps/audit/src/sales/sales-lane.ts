import { lanes, SalesCounted } from '@waybill/contracts';
import { traceHeaders, writeEnvelope, type MessagingEvents, type OutgoingMessage } from '@waybill/messaging';
import {
  TransactionalLane,
  type KafkaOptions,
  type ReadMessage,
  type Stretch,
} from '@waybill/messaging-kafka';
import { uuidV7 } from '@waybill/service-kit';
import { lookBack, SalesCount, type Counted } from './sales-count.js';

interface Way {
  readonly group: string;
  readonly from: string;
  readonly to: string;
  readonly gatherMs: number;
}

/**
 * Counts confirmed orders out of `order-events` into `sales.per-minute`: what is written and how far it was read for it are
 * one Kafka transaction. What cannot be read is told and passed over, since it would stop every sale behind it; once it can,
 * `projections rebuild sales` counts it.
 */
export function salesLane(
  options: KafkaOptions & { readonly events: MessagingEvents },
  { group, from, to, gatherMs }: Way = lanes.salesPerMinute,
): TransactionalLane {
  const count = new SalesCount((message, partition, error) => {
    const origin = originOf(message, from, partition);
    const because = String(error);
    options.events.emit({ kind: 'passedOver', broker: 'kafka', subscription: group, origin, because });
  });
  return new TransactionalLane(
    {
      group,
      from,
      lookBack,
      gatherMs,
      process: (messages: readonly ReadMessage[], stretch: Stretch) => {
        const counted = count.of(messages, stretch);
        return counted ? [recordOf(counted, from, to)] : [];
      },
      known: (messages, place) => count.know(messages, place),
    },
    options,
  );
}

const originOf = ({ offset }: ReadMessage, address: string, partition: number) =>
  ({ address, partition, offset, redelivered: false, via: 'address' }) as const;

/** One record a transaction, keyed by the partition that it counts: those of a partition stay in order. */
function recordOf(counted: Counted, from: string, address: string): OutgoingMessage {
  const { type, dataschema } = SalesCounted;
  const attributes = writeEnvelope({
    id: uuidV7(),
    type,
    source: '/waybill/audit',
    subject: `${from}/${counted.partition}`,
    time: new Date().toISOString(),
    dataschema,
    sequence: 0,
    ...traceHeaders(),
  });
  const body = SalesCounted.encode(counted);
  return { address, message: { key: String(counted.partition), attributes, headers: {}, body } };
}
