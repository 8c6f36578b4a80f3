import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type PrismaDatabase } from '@waybill/service-kit';

/** Of one subscription. */
export interface DeadLettersLeft {
  readonly subscription: string;
  readonly open: number;
  /** In seconds; 0 when none is open. */
  readonly oldestAge: number;
}

/**
 * Open is what was set aside after the last receipt that ended it: a replay that `failed again` is a dead letter once
 * more. Dead letters and receipts have an index of their own, which holds all that is asked here.
 */
const deadLettersLeftSql = `
  SELECT subscription, (count(DISTINCT message_id) FILTER (WHERE is_open))::int AS open,
         coalesce(extract(epoch FROM now() - min(told_at) FILTER (WHERE is_open)), 0)::float8 AS "oldestAge"
  FROM (
    SELECT subscription, message_id, told_at, NOT EXISTS (
      SELECT FROM delivery_notices AS ended
      WHERE ended.kind = 'receipt' AND ended.result IN ('handled', 'discarded', 'no-op')
        AND ended.subscription = dead.subscription AND ended.message_id = dead.message_id
        AND ended.told_at >= dead.told_at
    ) AS is_open
    FROM delivery_notices AS dead WHERE kind = 'dead-lettered'
  ) AS told
  GROUP BY subscription`;

/** How many dead letters each subscription has left to people; those that ever had one. */
@Injectable()
export class CountDeadLettersLeft {
  constructor(@Inject(DATABASE) private readonly database: Pick<PrismaDatabase, 'query'>) {}

  count(): Promise<DeadLettersLeft[]> {
    return this.database.query<DeadLettersLeft>(deadLettersLeftSql);
  }
}
