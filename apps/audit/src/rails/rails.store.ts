import { Injectable } from '@nestjs/common';
import { perTransaction, type Delivery, type Envelope, type SqlTransaction } from '@waybill/messaging';
import { sawOnKafkaSql, sawOnRabbitmqSql } from './sightings.sql.js';

/** An order event met on one of the rails. */
export interface Sighting {
  readonly messageId: string;
  readonly type: string;
  readonly key: string;
  readonly orderId: string;
  readonly traceparent: string | null;
  readonly occurredAt: Date;
  readonly seenAt: Date;
  readonly address: string;
  readonly sequence: bigint;
}

/** Only order events travel on both rails. */
export const isCompared = ({ type }: Envelope): boolean => type.startsWith('order.');

export function sightingOf(
  { envelope, message, origin }: Pick<Delivery, 'envelope' | 'message' | 'origin'>,
  seenAt: Date,
): Sighting {
  return {
    messageId: envelope.id,
    type: envelope.type,
    key: message.key,
    orderId: envelope.subject,
    traceparent: envelope.traceparent ?? null,
    occurredAt: new Date(envelope.time),
    seenAt,
    address: origin.address,
    sequence: BigInt(envelope.sequence),
  };
}

/** Which rails each order event was seen on; all sightings of a transaction are one statement. */
@Injectable()
export class RailsStore {
  private readonly onKafka = gathering(sawOnKafkaSql, commonColumns);
  private readonly onRabbitmq = gathering(sawOnRabbitmqSql, (sightings) => [
    ...commonColumns(sightings),
    sightings.map(({ address }) => address),
    sightings.map(({ sequence }) => sequence),
  ]);

  sawOnKafka(sighting: Sighting, transaction: SqlTransaction): void {
    this.onKafka(transaction).push(sighting);
  }

  sawOnRabbitmq(sighting: Sighting, transaction: SqlTransaction): void {
    this.onRabbitmq(transaction).push(sighting);
  }
}

function gathering(sql: string, columnsOf: (sightings: readonly Sighting[]) => unknown[]) {
  return perTransaction((transaction): Sighting[] => {
    const sightings: Sighting[] = [];
    transaction.beforeCommit(async () => void (await transaction.execute(sql, columnsOf(sightings))));
    return sightings;
  });
}

function commonColumns(sightings: readonly Sighting[]): unknown[] {
  return [
    sightings.map(({ messageId }) => messageId),
    sightings.map(({ type }) => type),
    sightings.map(({ key }) => key),
    sightings.map(({ orderId }) => orderId),
    sightings.map(({ traceparent }) => traceparent),
    sightings.map(({ occurredAt }) => occurredAt),
    sightings.map(({ seenAt }) => seenAt),
  ];
}
