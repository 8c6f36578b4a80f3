import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type PrismaDatabase } from '@waybill/service-kit';

export interface Difference {
  readonly messageId: string;
  readonly type: string;
  readonly orderId: string;
  readonly missingFrom: 'kafka' | 'rabbitmq';
  readonly seenAt: Date;
}

export interface Reconciliation {
  /** Absent from one rail for longer than any retry could take; the oldest first. */
  readonly differences: readonly Difference[];
  /** All differences, when there are more than are listed. */
  readonly total: number;
  /** On one rail only, and still young enough to come. */
  readonly pending: number;
}

export const RECONCILIATION_GRACE_MS = Symbol('reconciliation grace');

const mostListed = 1_000;

/** The condition is the partial index's own, word for word: only unmatched rows are read. */
const unmatched = 'on_kafka_at IS NULL OR on_rabbitmq_at IS NULL';

const differencesSql = `
  SELECT message_id::text AS "messageId", type, order_id AS "orderId",
         CASE WHEN on_kafka_at IS NULL THEN 'kafka' ELSE 'rabbitmq' END AS "missingFrom", seen_at AS "seenAt"
  FROM rail_sightings
  WHERE (${unmatched}) AND seen_at <= $1::timestamptz
  ORDER BY seen_at LIMIT ${mostListed}`;

const countsSql = `
  SELECT count(*) FILTER (WHERE seen_at <= $1::timestamptz)::int AS total,
         count(*) FILTER (WHERE seen_at > $1::timestamptz)::int AS pending
  FROM rail_sightings WHERE ${unmatched}`;

@Injectable()
export class ReconcileRails {
  constructor(
    @Inject(DATABASE) private readonly database: PrismaDatabase,
    @Inject(RECONCILIATION_GRACE_MS) private readonly graceMs: number,
  ) {}

  async reconcile(now = new Date()): Promise<Reconciliation> {
    const overdue = new Date(now.getTime() - this.graceMs);
    const [differences, counts] = await Promise.all([
      this.database.query<Difference>(differencesSql, [overdue]),
      this.counts(overdue),
    ]);
    return { differences, ...counts };
  }

  /** How many there are, listing none. */
  async differences(now = new Date()): Promise<number> {
    return (await this.counts(new Date(now.getTime() - this.graceMs))).total;
  }

  private async counts(overdue: Date): Promise<{ readonly total: number; readonly pending: number }> {
    const [counts] = await this.database.query<{ total: number; pending: number }>(countsSql, [overdue]);
    return counts!;
  }
}
