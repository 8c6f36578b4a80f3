import type { Origin, RawDelivery } from '../broker.js';
import type { Message } from '../message.js';
import { deadLetterAddress, retryAddress } from '../subscription-addresses.js';
import { noRetry, originalOrigin, withLessTold, type InsteadOf } from '../failure-headers.js';
import { isTooLarge } from '../messaging.errors.js';
import type { Pipeline } from './work.js';

const pauseMs = 500;

/**
 * A message that did not come from the broker just now but out of the database or out of a control message: what is
 * stored of it elsewhere is written anew, with the same key, envelope and bytes. `holder` settles it.
 */
export function resentDelivery(
  { message, origin }: { readonly message: Message; readonly origin: Origin },
  holder: Pick<RawDelivery, 'done' | 'current'>,
  pipeline: Pipeline,
): RawDelivery {
  const { address } = originalOrigin(origin, message.headers);
  const send = (to: string, headers: Readonly<Record<string, string>>, insteadOf: InsteadOf) => {
    const copy = { ...message, headers: { ...message.headers, ...headers } };
    return publishUntilConfirmed(to, copy, insteadOf, holder, pipeline);
  };
  return {
    message,
    origin,
    get current() {
      return holder.current;
    },
    done: () => holder.done(),
    retryLater: (delayMs, headers) =>
      send(retryAddress(pipeline.subscription, address, delayMs), headers, noRetry),
    deadLetter: (headers) => send(deadLetterAddress(pipeline.subscription, address), headers, withLessTold),
  };
}

/** False when the message is no longer ours; whoever has it then sees to it. */
async function publishUntilConfirmed(
  address: string,
  message: Message,
  insteadOf: InsteadOf,
  holder: Pick<RawDelivery, 'current'>,
  { publisher, events, clock, released, subscription }: Pipeline,
): Promise<boolean> {
  while (holder.current && !released.aborted) {
    const [result] = await publisher.publish([{ address, message }]);
    if (result!.status === 'confirmed') return true;
    const smaller = isTooLarge(result!.because) && insteadOf(message, result!.because);
    if (smaller) {
      message = smaller;
      continue;
    }
    const because = `hop to ${address}: ${result!.because.message}`;
    events.emit({ kind: 'publishFailed', broker: subscription.broker, status: result!.status, because });
    await clock.wait(pauseMs, released);
  }
  return false;
}
