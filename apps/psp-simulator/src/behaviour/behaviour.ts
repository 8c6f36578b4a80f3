import { createHash } from 'node:crypto';
import { z } from 'zod';

const rate = z.number().min(0).max(1).default(0);

/** How the provider misbehaves. Each rate is a share of the keys, from 0 to 1; what is left out is 0. */
export const behaviour = z.strictObject({
  /** Passes before anything is carried out, as on a slow network. */
  delayMs: z.int().min(0).max(60_000).default(0),
  declineRate: rate,
  /** Charged, and never answered. */
  timeoutAfterChargeRate: rate,
  /** Answered 500 at the first ask, and not carried out. */
  errorRate: rate,
});

export type Behaviour = z.output<typeof behaviour>;

/** Whether a key is among the `rate` chosen for a fate; the same at every ask, so that runs can be repeated. */
export function chosen(key: string, fate: 'decline' | 'silence' | 'error', rate: number): boolean {
  const draw = createHash('sha256').update(`${fate} ${key}`).digest().readUInt32BE(0);
  return draw < rate * 2 ** 32;
}
