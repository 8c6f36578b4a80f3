import type { Answer } from '../order-api/http-client.js';
import type { NewOrder, OrderApi } from '../order-api/order-api.js';
import { pause } from './pace.js';

export type Placement =
  | { kind: 'accepted'; orderId: string }
  | { kind: 'refused'; status: number; problem: string }
  /** Given up, by a stop or after a long silence, while it was unknown whether the order exists. */
  | { kind: 'unanswered' };

export interface Post {
  order: NewOrder;
  idempotencyKey: string;
  stop: AbortSignal;
  /** The API takes no orders just now and says when to send this one again. */
  onShed: () => void;
}

const firstDelayMs = 100;
const longestDelayMs = 5_000;
/** As long as a run waits for its last order to settle. */
const giveUpAfterMs = 120_000;

/**
 * Posts until there is a final answer, always with the same key: an order whose answer was lost is answered
 * again by the API instead of being placed twice.
 */
export async function placeOrder(
  api: OrderApi,
  { order, idempotencyKey, stop, onShed }: Post,
): Promise<Placement> {
  const giveUpAtMs = Date.now() + giveUpAfterMs;
  for (let attempt = 0; !stop.aborted && Date.now() < giveUpAtMs; attempt += 1) {
    const answer = await api.postOrder(order, idempotencyKey).catch(lost);
    if (answer && isFinal(answer)) return placementOf(answer);
    if (answer && isShed(answer)) onShed();
    await pause(answer?.retryAfterMs ?? backoffMs(attempt), stop);
  }
  return { kind: 'unanswered' };
}

/** A refused or broken connection and a timeout come here alike: asking again with the same key is safe. */
const lost = () => undefined;

/** A 409 with `Retry-After` says that the first request with this key still runs. */
function isFinal({ status, retryAfterMs }: Answer): boolean {
  const stillRunning = status === 409 && retryAfterMs !== undefined;
  return status < 500 && status !== 429 && !stillRunning;
}

const isShed = ({ status, retryAfterMs }: Answer): boolean => status === 503 && retryAfterMs !== undefined;

function placementOf({ status, body }: Answer): Placement {
  if (status !== 202) return { kind: 'refused', status, problem: body };
  return { kind: 'accepted', orderId: (JSON.parse(body) as { orderId: string }).orderId };
}

export const backoffMs = (attempt: number): number => Math.min(firstDelayMs * 2 ** attempt, longestDelayMs);
