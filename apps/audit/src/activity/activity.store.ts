import { Injectable } from '@nestjs/common';
import { perTransaction, type SqlTransaction } from '@waybill/messaging';
import type { PrismaDatabase } from '@waybill/service-kit';

export interface Activity {
  readonly at: Date;
  readonly kind: string;
  /** Empty where it was about no product. */
  readonly sku: string;
}

export interface ActivityCount {
  readonly minute: Date;
  readonly kind: string;
  readonly sku: string;
  readonly times: number;
}

/** All of a transaction as one statement; sorted, so that two replicas never wait for each other in a circle. */
const countSql = `
  INSERT INTO activity_counts AS known (minute, kind, sku, times)
  SELECT date_trunc('minute', at), kind, sku, count(*)
  FROM unnest($1::timestamptz[], $2::text[], $3::text[]) AS done(at, kind, sku)
  GROUP BY 1, 2, 3
  ORDER BY 1, 2, 3
  ON CONFLICT (minute, kind, sku) DO UPDATE SET times = known.times + excluded.times`;

const sinceSql = `
  SELECT minute, kind, sku, times::float8 AS times FROM activity_counts
  WHERE minute > now() - make_interval(mins => $1::int) AND ($2::text IS NULL OR sku = $2)
  ORDER BY minute DESC, times DESC, kind, sku
  LIMIT $3::int`;

const forgetSql = `DELETE FROM activity_counts WHERE minute < now() - make_interval(days => $1::int)`;

/** What was done in the shop, by minute. */
@Injectable()
export class ActivityStore {
  private readonly gathered = perTransaction((transaction): Activity[] => {
    const activities: Activity[] = [];
    transaction.beforeCommit(async () => {
      await transaction.execute(countSql, [
        activities.map(({ at }) => at),
        activities.map(({ kind }) => kind),
        activities.map(({ sku }) => sku),
      ]);
    });
    return activities;
  });

  count(activity: Activity, transaction: SqlTransaction): void {
    this.gathered(transaction).push(activity);
  }

  /** The latest minute first, in it the most frequent. */
  latest(
    { minutes, sku, limit }: { minutes: number; sku?: string | undefined; limit: number },
    database: PrismaDatabase,
  ): Promise<ActivityCount[]> {
    return database.query<ActivityCount>(sinceSql, [minutes, sku ?? null, limit]);
  }

  async forgetOlderThan(days: number, database: PrismaDatabase): Promise<void> {
    await database.execute(forgetSql, [days]);
  }
}
