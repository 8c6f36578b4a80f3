import type { OutgoingMessage, Publisher } from '@waybill/messaging';

/** Twenty at a time; what is unknown again, as a relay does. The slowest answer's milliseconds. */
export async function publishAll(
  publisher: Publisher,
  messages: readonly OutgoingMessage[],
): Promise<number> {
  let slowest = 0;
  for (let start = 0; start < messages.length;) {
    const startedAt = Date.now();
    const results = await publisher.publish(messages.slice(start, start + 20));
    slowest = Math.max(slowest, Date.now() - startedAt);
    const refused = results.find(({ status }) => status === 'refused');
    if (refused) throw new Error(`refused: ${JSON.stringify(refused)}`);
    if (results.every(({ status }) => status === 'confirmed')) start += 20;
  }
  return slowest;
}
