import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type PrismaDatabase } from '@waybill/service-kit';
import { LastLook, orderMetrics, showTogether } from '@waybill/telemetry';

/** Pending orders alone are read, by their own index. */
const unsettledSql = `
  SELECT coalesce(reason, '') AS reason, count(*)::int AS orders,
         greatest(extract(epoch FROM now() - min(created_at)), 0)::float8 AS "oldestAge"
  FROM orders WHERE status = 'PENDING' GROUP BY 1`;

interface Unsettled {
  readonly reason: string;
  readonly orders: number;
  /** In seconds. */
  readonly oldestAge: number;
}

/** What a pending order can wait for; each is shown when nothing waits for it, too. */
const reasons = ['', 'payment-unknown'];
const none = reasons.map((reason): Unsettled => ({ reason, orders: 0, oldestAge: 0 }));

/** Shows how many orders are pending and since when, as the last look found them. */
@Injectable()
export class WatchUnsettled {
  readonly everyMs = 5_000;
  private readonly last = new LastLook<readonly Unsettled[]>(3 * this.everyMs);

  constructor(@Inject(DATABASE) private readonly database: Pick<PrismaDatabase, 'query'>) {}

  /** The answer ends it. */
  show(): () => void {
    const { unsettled, oldestUnsettledAge } = orderMetrics;
    const each = (valueOf: (found: Unsettled) => number) =>
      (this.last.known ?? []).map((found) => ({
        value: valueOf(found),
        attributes: { reason: found.reason },
      }));
    return showTogether({ unsettled, oldestUnsettledAge }, () => ({
      unsettled: each(({ orders }) => orders),
      oldestUnsettledAge: each(({ oldestAge }) => oldestAge),
    }));
  }

  async look(): Promise<void> {
    const found = await this.database.query<Unsettled>(unsettledSql);
    const absent = none.filter(({ reason }) => !found.some((each) => each.reason === reason));
    this.last.found([...found, ...absent]);
  }
}
