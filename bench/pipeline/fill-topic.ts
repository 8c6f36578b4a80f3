import type { BenchKafka } from '../contest/bench-kafka.ts';
import { eventMessage } from './event.ts';

const atOnce = 5_000;

/** Messages 0 to `messages` − 1, going round so many keys. */
export async function fillTopic(
  { broker }: BenchKafka,
  topic: string,
  messages: number,
  keys: number,
): Promise<void> {
  const publisher = broker.publisher('filler');
  for (let first = 0; first < messages; first += atOnce) {
    const count = Math.min(atOnce, messages - first);
    const batch = Array.from({ length: count }, (_, index) => ({
      address: topic,
      message: eventMessage(first + index, keys),
    }));
    const results = await publisher.publish(batch);
    const lost = results.find(({ status }) => status !== 'confirmed');
    if (lost) throw new Error(`filling ${topic}: ${JSON.stringify(lost)}`);
  }
  await publisher.close();
}
