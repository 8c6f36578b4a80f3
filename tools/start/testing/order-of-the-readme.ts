import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { repository } from '../../servers/site.ts';

interface Order {
  readonly orderId: string;
  readonly status: string;
}

/** Places what the README tells to order by hand once the orders are replayed; answers how it ended. */
export async function orderOfTheReadme(orderUrl: string): Promise<Order> {
  const readme = await readFile(join(repository, 'README.md'), 'utf8');
  const [, body] = /\/orders -H [^]*? -d '(.*)'/.exec(readme)!;
  const headers = { 'content-type': 'application/json', 'idempotency-key': 'first' };
  const ask = async (path: string, request?: RequestInit) =>
    (await (await fetch(`${orderUrl}${path}`, request)).json()) as Order;
  let order = await ask('/orders', { method: 'POST', headers, body: body! });
  while (order.status === 'PENDING') {
    await sleep(50);
    order = await ask(`/orders/${order.orderId}`);
  }
  return order;
}
