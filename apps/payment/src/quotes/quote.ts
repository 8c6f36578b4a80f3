/** In thousandths of the total, rounded up; and the least that a charge costs. */
const feePerMille = 15;
const leastFeeCents = 30;

/** What charging the total costs: 1.5 %, rounded up, 30 at least. A total of nothing is not charged, so it is free. */
export function feeCents(totalCents: number): number {
  if (totalCents === 0) return 0;
  return Math.max(leastFeeCents, Math.ceil((totalCents * feePerMille) / 1_000));
}
