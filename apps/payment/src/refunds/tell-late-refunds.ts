import { Logger } from '@nestjs/common';
import type { PrismaDatabase } from '@waybill/service-kit';
import { LastLook, paymentMetrics, show } from '@waybill/telemetry';

/** Asked for so long ago that a person should ask the provider. It is asked again by itself all the same. */
export const lateAfterMinutes = 30;

const mostNamed = 10;

const lateSql = `
  SELECT order_id::text AS "orderId", refund_asked_since AS since, count(*) OVER ()::int AS total FROM payments
  WHERE refund_asked_since < clock_timestamp() - make_interval(mins => $1) AND refunded_at IS NULL
  ORDER BY refund_asked_since LIMIT ${mostNamed}`;

interface Late {
  readonly orderId: string;
  readonly since: Date;
  readonly total: number;
}

const lookEveryMs = 5_000;

/**
 * Says which refunds nobody knows to be done: the provider has not answered for so long, or has refused and the command is
 * a dead letter. A refund that is unknown spends no attempts, so that nothing else would ever speak of it.
 */
export class TellLateRefunds {
  readonly lookEveryMs = lookEveryMs;
  private readonly last = new LastLook<number>(3 * lookEveryMs);

  constructor(
    private readonly database: Pick<PrismaDatabase, 'query'>,
    private readonly logger: Pick<Logger, 'warn'> = new Logger('refunds'),
  ) {}

  /** Shows their number, as the last look found it. The answer ends it. */
  show(): () => void {
    return show(paymentMetrics.refundsUnknown, () =>
      this.last.known === undefined ? [] : [{ value: this.last.known, attributes: {} }],
    );
  }

  /** Few rows, if any, and an index of their own. */
  async look(): Promise<readonly Late[]> {
    const late = await this.database.query<Late>(lateSql, [lateAfterMinutes]);
    this.last.found(late[0]?.total ?? 0);
    return late;
  }

  async tell(): Promise<void> {
    const late = await this.look();
    const [oldest] = late;
    if (!oldest) return;
    const orders = late.map(({ orderId }) => orderId);
    this.logger.warn({
      msg: `refunds not known to be done after ${lateAfterMinutes} min`,
      count: oldest.total,
      since: oldest.since.toISOString(),
      orders,
    });
  }
}
