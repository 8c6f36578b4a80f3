import { eachConcurrently } from '../replay/each-concurrently.js';
import type { OrderApi, Product } from '../order-api/order-api.js';
import type { OrderLine } from '../purchase-log/order-lines.js';
import { coverOf, covers } from './covers.js';
import { isScarce } from './scarce-skus.js';

const putsAtOnce = 8;

/** What a run leaves of each product, so that whoever orders something by hand afterwards can have it. */
const spare = 20;

/**
 * Tops up to what the demand needs and a few to spare, and leaves everything else as earlier runs left it.
 * Between reading and writing, orders of an earlier run may still settle; they only lower what is held,
 * so that the figure written can be too generous, never too small.
 */
export async function stockProducts(api: OrderApi, demand: OrderLine[]): Promise<number> {
  const images = await Promise.all(covers().map((cover) => api.postImage(cover)));
  const shelf = new Map<string, Product>();
  for await (const product of api.products()) shelf.set(product.sku, product);
  const toPut = demand
    .map((line) => topUp(line, images[coverOf(line.sku, images.length)], shelf.get(line.sku)))
    .filter((product) => product !== undefined);
  await eachConcurrently(toPut, putsAtOnce, (product) => api.putProduct(product));
  return toPut.length;
}

/** The product as it must be put, or nothing when it already holds enough. */
export function topUp(line: OrderLine, imageS3Key: string | undefined, held: Product | undefined) {
  const wanted = isScarce(line.sku) ? Math.floor(line.quantity / 2) : line.quantity + spare;
  const reserved = held?.reserved ?? 0;
  const onHand = Math.max(held?.onHand ?? 0, reserved + wanted);
  const { sku, priceCents } = line;
  const asItIs = held?.onHand === onHand && held.priceCents === priceCents && held.imageS3Key === imageS3Key;
  return asItIs ? undefined : { sku, priceCents, imageS3Key, onHand };
}
