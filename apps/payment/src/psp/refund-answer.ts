import { z } from 'zod';
import { isPassing } from './psp-answer.js';

/** What the provider said about giving money back. As with charges, all but its own word is `unknown`. */
export type RefundAnswer =
  { readonly kind: 'refunded' } | { readonly kind: 'unknown' | 'refused'; readonly because: string };

const refundedCharge = z.object({ refundedAt: z.string() });

/** Pure: HTTP status and body in, answer out. Nothing captured (409) and no such key (404) will not change: refused. */
export function refundAnswerFrom(status: number, body: string): RefundAnswer {
  if (status < 300 && refundedCharge.safeParse(parse(body)).success) return { kind: 'refunded' };
  if (status >= 400 && status < 500 && !isPassing(status))
    return { kind: 'refused', because: `psp-refused: ${status} ${body.slice(0, 200)}` };
  return { kind: 'unknown', because: `psp-answered: ${status}` };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
