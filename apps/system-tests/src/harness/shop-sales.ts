import type { Outside } from './outside.js';

export interface MinuteSold {
  readonly minute: Date;
  readonly currency: string;
  readonly orders: number;
  readonly cents: number;
}

/** What the shop has sold by minute, twice: by the orders' own word, and as the audit has counted it. */
export class ShopSales {
  constructor(private readonly outside: Pick<Outside, 'system' | 'databases'>) {}

  byOrders(): Promise<MinuteSold[]> {
    return this.outside.databases.query<MinuteSold>(
      'ORDERS',
      `SELECT date_trunc('minute', settled_at) AS minute, currency,
              count(*)::float8 AS orders, sum(total_cents)::float8 AS cents
       FROM orders WHERE status = 'CONFIRMED' GROUP BY 1, 2 ORDER BY 1, 2`,
    );
  }

  async byAudit(): Promise<MinuteSold[]> {
    const url = `${this.outside.system.address('AUDIT_URL')}/sales?minutes=1440&limit=10000`;
    const { sales } = (await (await fetch(url)).json()) as { sales: (MinuteSold & { minute: string })[] };
    return sales
      .map((each) => ({ ...each, minute: new Date(each.minute) }))
      .toSorted((a, b) => +a.minute - +b.minute || (a.currency < b.currency ? -1 : 1));
  }
}
