import { orderLinesOf, type OrderLine, type Purchase } from '../purchase-log/order-lines.js';

/** What all these purchases together take, per SKU. */
export async function demandOf(purchases: AsyncIterable<Purchase>): Promise<OrderLine[]> {
  const demand = new Map<string, OrderLine>();
  for await (const purchase of purchases) for (const line of orderLinesOf(purchase)) add(demand, line);
  return [...demand.values()];
}

function add(demand: Map<string, OrderLine>, line: OrderLine): void {
  const known = demand.get(line.sku);
  if (known) known.quantity += line.quantity;
  else demand.set(line.sku, { ...line });
}
