export interface Purchase {
  /** Position in the log, from 0; names the row in idempotency keys. */
  row: number;
  customerId: string;
  quantity: number;
  totalCents: number;
}

export interface OrderLine {
  sku: string;
  quantity: number;
  priceCents: number;
}

/**
 * The log knows totals, not prices, so that prices are chosen which add up to the cent: of q CDs at t cents,
 * r = t mod q cost one cent more than the rest. One SKU per unit price keeps the catalogue small and skewed.
 */
export function orderLinesOf({ quantity, totalCents }: Purchase): OrderLine[] {
  const dearer = totalCents % quantity;
  const priceCents = (totalCents - dearer) / quantity;
  const lines = [line(priceCents, quantity - dearer), line(priceCents + 1, dearer)];
  return lines.filter((each) => each.quantity > 0);
}

const line = (priceCents: number, quantity: number): OrderLine => ({
  sku: `CD-${priceCents}`,
  quantity,
  priceCents,
});
