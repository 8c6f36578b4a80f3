import type { Session } from './session.js';

/** Messages of a queue that are ready, asked on a channel of its own: a missing queue closes it. */
export async function readyIn(queue: string, session: Session): Promise<number> {
  const channel = await session.model.createChannel();
  channel.on('error', () => undefined); // the question's own rejection tells the same
  const { messageCount } = await channel.checkQueue(queue);
  await channel.close();
  return messageCount;
}
