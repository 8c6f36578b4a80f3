import { systemClock } from '@waybill/messaging';
import type { Session } from './session.js';

const answerWithinMs = 5_000;

/**
 * Messages that are ready in all of these queues; nothing when the broker does not say so in time. Asked on a channel of
 * its own, which no consumer shares: a missing queue closes it.
 */
export async function readyIn(queues: readonly string[], session: Session): Promise<number | undefined> {
  const answered = new AbortController();
  const tooLate = systemClock.wait(answerWithinMs, answered.signal).then(() => undefined);
  // A queue that is missing and a session that ends are told by the consumer itself; here they only mean: unknown.
  const counted = count(queues, session).catch(() => undefined);
  try {
    return await Promise.race([counted, tooLate]);
  } finally {
    answered.abort();
  }
}

async function count(queues: readonly string[], session: Session): Promise<number> {
  const channel = await session.model.createChannel();
  channel.on('error', () => undefined); // the question's own rejection tells the same
  const answers = await Promise.all(queues.map((queue) => channel.checkQueue(queue)));
  await channel.close();
  return answers.reduce((sum, { messageCount }) => sum + messageCount, 0);
}
