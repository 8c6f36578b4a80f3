import { Logger } from '@nestjs/common';
import type { PrismaDatabase } from '@waybill/service-kit';

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

/**
 * Says which refunds nobody knows to be done: the provider has not answered for so long, or has refused and the command is
 * a dead letter. A refund that is unknown spends no attempts, so that nothing else would ever speak of it.
 */
export class TellLateRefunds {
  constructor(
    private readonly database: Pick<PrismaDatabase, 'query'>,
    private readonly logger: Pick<Logger, 'warn'> = new Logger('refunds'),
  ) {}

  async tell(): Promise<void> {
    const late = await this.database.query<Late>(lateSql, [lateAfterMinutes]);
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
