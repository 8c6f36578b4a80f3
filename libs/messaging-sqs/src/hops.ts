import { isTooLarge, type InsteadOf, type OutgoingMessage, type PublishResult } from '@waybill/messaging';
import type { NormalSqsOptions } from './sqs.options.js';

/** Writes a message that another queue already holds. */
export type PublishAgain = (outgoing: OutgoingMessage, deduplicationId: string) => Promise<PublishResult>;

/** Moves deliveries to the dead letters or the retries of their queue. */
export class Hops {
  constructor(
    private readonly publishAgain: PublishAgain,
    private readonly options: NormalSqsOptions,
  ) {}

  /**
   * Tried until it is confirmed or the delivery is no longer ours; until then the original stays in flight, so dying here
   * leaves a copy at worst. Refused is tried again too: giving up would lose the message. What is too large goes as
   * `insteadOf` says.
   */
  async copy(
    outgoing: OutgoingMessage,
    deduplicationId: string,
    isOurs: () => boolean,
    insteadOf: InsteadOf,
  ): Promise<boolean> {
    const { clock, events, firstBackoffMs, longestBackoffMs } = this.options;
    for (let tries = 0; isOurs(); tries++) {
      const result = await this.publishAgain(outgoing, deduplicationId);
      if (result.status === 'confirmed') return true;
      const smaller = isTooLarge(result.because) && insteadOf(outgoing.message, result.because);
      if (smaller) {
        outgoing = { ...outgoing, message: smaller };
        continue;
      }
      const because = `hop to ${outgoing.address}: ${result.because.message}`;
      events.emit({ kind: 'publishFailed', broker: 'sqs', status: result.status, because });
      await clock.wait(Math.min(longestBackoffMs, firstBackoffMs * 2 ** Math.min(tries, 8)));
    }
    return false;
  }
}
