import { z } from 'zod';

/**
 * What the provider said about one key. Only its own word is final; silence, a broken connection, an error of its own
 * or an answer that cannot be read is `unknown`, never a failure: the money may have moved. `refused` is a request it
 * will never take, which says nothing of an earlier one with the same key.
 */
export type PspAnswer =
  | { readonly kind: 'captured' | 'cancelled' }
  | { readonly kind: 'declined'; readonly because: string }
  | { readonly kind: 'unknown' | 'refused'; readonly because: string };

/** Client errors that say "not now" rather than "not so". */
const passing = new Set([408, 425, 429]);

export const isPassing = (status: number): boolean => passing.has(status);

const charge = z.object({
  status: z.enum(['captured', 'declined', 'cancelled']),
  declineReason: z.string().optional(),
});

/** Pure: HTTP status and body in, answer out. The charge's state is in the body, also of a 409. */
export function answerFrom(status: number, body: string): PspAnswer {
  const read = status < 300 || status === 409 ? charge.safeParse(parse(body)) : undefined;
  if (read?.success) return settled(read.data);
  if (status >= 400 && status < 500 && status !== 409 && !isPassing(status))
    return { kind: 'refused', because: `psp-refused: ${status} ${body.slice(0, 200)}` };
  return { kind: 'unknown', because: `psp-answered: ${status}` };
}

function settled({ status, declineReason = 'declined' }: z.output<typeof charge>): PspAnswer {
  return status === 'declined' ? { kind: 'declined', because: declineReason } : { kind: status };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** The connection failed, or time ran out; `fetch` hides the reason in the cause. */
export function noAnswer(error: unknown): { readonly kind: 'unknown'; readonly because: string } {
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  return { kind: 'unknown', because: `psp-silent: ${cause instanceof Error ? cause.message : message}` };
}
