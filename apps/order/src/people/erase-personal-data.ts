import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type PrismaDatabase } from '@waybill/service-kit';

export interface Erasure {
  readonly customerId: string;
  readonly erasedAt: Date;
  readonly erasedBy: string;
}

/**
 * Addresses go and the record of it is written, in one statement. Asked again with no address given since, it answers the
 * erasure that was. An order that is confirmed later is not mailed about.
 */
const eraseSql = `
  WITH gone AS (
    UPDATE orders SET customer_email = NULL
    WHERE customer_id = $1 AND customer_email IS NOT NULL
    RETURNING order_id
  ), told AS (
    INSERT INTO erasures (customer_id, erased_by)
    SELECT $1, $2
    WHERE EXISTS (SELECT FROM gone) OR NOT EXISTS (SELECT FROM erasures WHERE customer_id = $1)
    RETURNING customer_id, erased_at, erased_by
  )
  SELECT customer_id AS "customerId", erased_at AS "erasedAt", erased_by AS "erasedBy" FROM (
    SELECT * FROM told
    UNION ALL
    SELECT customer_id, erased_at, erased_by FROM erasures WHERE customer_id = $1
  ) AS all_of_them
  ORDER BY erased_at DESC LIMIT 1`;

@Injectable()
export class ErasePersonalData {
  constructor(@Inject(DATABASE) private readonly database: PrismaDatabase) {}

  async of(customerId: string, actor: string): Promise<Erasure> {
    const [erasure] = await this.database.query<Erasure>(eraseSql, [customerId, actor]);
    return erasure!;
  }
}
