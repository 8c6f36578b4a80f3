import type { RawDelivery } from '@waybill/messaging';
import { changed } from './mutation.js';

type Take = (deliveries: readonly RawDelivery[]) => void;

/** One message after the other, and none while one waits for its retry. */
export function behindRetries(take: Take): Take {
  const queue: RawDelivery[] = [];
  let busy = false;
  const goOn = (): void => {
    const next = busy ? undefined : queue.shift();
    if (!next) return;
    busy = true;
    take([held(next)]);
  };
  const held = (delivery: RawDelivery): RawDelivery => {
    let retried = false;
    return changed(delivery, {
      retryLater: (delayMs, headers) => {
        retried = true;
        return delivery.retryLater(delayMs, headers);
      },
      done: async () => {
        await delivery.done();
        if (retried) return;
        busy = false;
        goOn();
      },
    });
  };
  return (deliveries) => {
    const returned = deliveries.filter(({ origin }) => origin.via === 'retry');
    if (returned.length > 0) busy = false;
    queue.unshift(...returned);
    queue.push(...deliveries.filter((delivery) => !returned.includes(delivery)));
    goOn();
  };
}
