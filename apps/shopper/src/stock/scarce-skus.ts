import { createHash } from 'node:crypto';

const seed = 'waybill';

/** One SKU in a hundred, the same in every run, gets too little stock, so that some orders are rejected. */
export function isScarce(sku: string): boolean {
  return createHash('sha256').update(`${seed} ${sku}`).digest().readUInt32BE() % 100 === 0;
}
