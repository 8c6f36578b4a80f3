import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { benchBrokers, type BenchKafka } from '../contest/bench-kafka.ts';
import { Member } from './member.ts';
import { Ticking, tickMs } from './ticking.ts';

export type Ending = 'SIGKILL' | 'SIGTERM';

/** How long nothing was handled of a partition, in ms. */
export interface Standstill {
  /** Of the member that ended: from its last message, or the signal if that came later, to its heir's first. */
  readonly ended: number;
  /** Of the member that stayed: its longest pause since the signal. */
  readonly stayed: number;
}

/** What the session timeout and the join take, and as much again for a busy machine. */
const patienceMs = (sessionTimeoutMs: number): number => 2 * sessionTimeoutMs + 30_000;

/** Two members share two partitions; one of them ends. */
export async function endOneOfTwo(
  kafka: BenchKafka,
  ending: Ending,
  sessionTimeoutMs: number,
): Promise<Standstill> {
  const topic = await kafka.topic(2);
  const settings = { brokers: benchBrokers(), topic, group: `bench-${randomUUID()}`, sessionTimeoutMs };
  const members = [new Member(settings), new Member(settings)] as const;
  const ticking = new Ticking(kafka.plain.producer(), topic, 2);
  try {
    const [ended, stayed] = members;
    const until = Date.now() + patienceMs(sessionTimeoutMs);
    await reached(until, () => ownOneEach(members));
    const [lost, kept] = [ended.partition!, stayed.partition!];
    const atMs = Date.now();
    const gone = ended.end(ending);
    await reached(until, () => since(stayed, lost, atMs).length > 0 && since(stayed, kept, atMs).length > 0);
    // What the group still does to the one that stays.
    await pause(50 * tickMs);
    await gone;
    const last = Math.max(atMs, ...since(ended, lost, atMs));
    return {
      ended: since(stayed, lost, last)[0]! - last,
      stayed: longestPause(atMs, since(stayed, kept, atMs)),
    };
  } finally {
    await ticking.stop();
    await Promise.all(members.map((member) => member.end('SIGKILL')));
    await kafka.removeTopic(topic);
  }
}

function ownOneEach(members: readonly Member[]): boolean {
  const latest = members.map(({ handled }) => new Set(handled.slice(-10).map(({ partition }) => partition)));
  const partitions = latest.flatMap((each) => [...each]);
  return members.every(({ handled }) => handled.length > 50) && partitions.toSorted().join() === '0,1';
}

const since = ({ handled }: Member, partition: number, atMs: number): number[] =>
  handled.filter((each) => each.partition === partition && each.atMs >= atMs).map((each) => each.atMs);

const longestPause = (fromMs: number, times: readonly number[]): number =>
  Math.max(...times.map((time, index) => time - (times[index - 1] ?? fromMs)));

async function reached(untilMs: number, condition: () => boolean): Promise<void> {
  while (!condition()) {
    if (Date.now() > untilMs) throw new Error('the group did not come to rest in time');
    await pause(tickMs);
  }
}
