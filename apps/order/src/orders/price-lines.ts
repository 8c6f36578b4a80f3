import { OrderError } from './order.errors.js';
import type { OrderLine } from './order.js';
import { largestTotal, type PlaceOrderBody } from './place-order.schema.js';

export interface Price {
  readonly sku: string;
  readonly priceCents: number;
  readonly currency: string;
  readonly imageS3Key?: string;
}

export interface Priced {
  readonly lines: readonly OrderLine[];
  readonly totalCents: number;
}

/** Pure: fixes price and image of every line as of now; an `OrderError` names the first line that cannot be sold. */
export function priceLines({ lines, currency }: PlaceOrderBody, prices: ReadonlyMap<string, Price>): Priced {
  const priced = lines.map(({ sku, quantity }, index) => {
    const price = prices.get(sku);
    const field = `lines.${index}.sku`;
    if (!price) throw new OrderError('unknown-sku', field, `there is no product ${sku}`);
    if (price.currency !== currency)
      throw new OrderError(
        'currency-differs',
        field,
        `${sku} is sold in ${price.currency}, not in ${currency}`,
      );
    const { priceCents, imageS3Key } = price;
    return { sku, quantity, unitPriceCents: priceCents, ...(imageS3Key && { imageS3Key }) };
  });
  const totalCents = priced.reduce((sum, { quantity, unitPriceCents }) => sum + quantity * unitPriceCents, 0);
  if (totalCents > largestTotal)
    throw new OrderError('total-too-large', 'lines', `the total must not exceed ${largestTotal} minor units`);
  return { lines: priced, totalCents };
}
