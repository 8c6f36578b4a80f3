import { contest, type Say } from '../contest/contest.ts';
import { BenchKafka } from '../contest/bench-kafka.ts';
import type { Line, Part } from '../contest/line.ts';
import type { ContestOptions } from '../contest/options.ts';
import { fillTopic } from './fill-topic.ts';
import { keyedLane } from './keyed-lane.ts';
import { serialLoop } from './serial-loop.ts';

/** Keys, messages for some two seconds, and the aim. */
const lanes = [
  { keys: 1, messages: 600, aim: 0.9 },
  { keys: 2, messages: 1_200, aim: 1.9 },
  { keys: 5, messages: 3_000, aim: 4.7 },
  { keys: 20, messages: 12_000, aim: 17 },
  { keys: 1_000, messages: 24_000, aim: 30 },
] as const;

/** One partition, a handler that waits 2.5 ms outside of any transaction: what different keys side by side bring. */
export async function measureLanes({ smoke, rounds }: ContestOptions, say: Say): Promise<Part> {
  const kafka = await BenchKafka.open();
  try {
    const contenders = [];
    for (const { keys, messages } of lanes)
      contenders.push(await keyedLane(await source(kafka, smoke ? 100 : messages, keys), keys));
    const serial = serialLoop(await source(kafka, smoke ? 50 : 600, 1));
    const results = await contest([...contenders, serial], { rounds, warmUp: !smoke }, say);
    const lines = contenders.map(({ name }, index): Line =>
      results.line({ name, base: serial.name, aim: { atLeast: lanes[index]!.aim } }),
    );
    return { title: 'keyed lane, 2.5 ms of waiting, one partition', lines: [...lines, results.line(serial)] };
  } finally {
    await kafka.close();
  }
}

async function source(kafka: BenchKafka, messages: number, keys: number) {
  const topic = await kafka.topic(1);
  await fillTopic(kafka, topic, messages, keys);
  return { kafka, topic, messages };
}
