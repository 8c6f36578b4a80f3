import type { Behaviour } from './behaviour.js';
import { behaviours } from './behaviours.js';
import type { BrokerUnderTest } from './broker-under-test.js';
import { within } from './eventually.js';
import { reasonToSkip } from './needs.js';
import type { Store } from './store.js';
import { World } from './world.js';

export interface ConformanceOptions {
  readonly broker: BrokerUnderTest;
  /** Without it the behaviours of the pipeline are skipped. */
  readonly store?: Store;
  /** Default all. */
  readonly behaviours?: readonly Behaviour[];
  /** Behaviours side by side; those that stop the servers run alone, after all others. Default 8. */
  readonly atOnce?: number;
  /** How long a behaviour waits for what must come. Default 20,000 ms. */
  readonly patienceMs?: number;
  readonly onResult?: (result: Result) => void;
}

export interface Result {
  readonly broker: string;
  readonly behaviour: string;
  readonly status: 'pass' | 'skip' | 'fail';
  /** `skip` and `fail`: why. */
  readonly because?: string;
  readonly thrown?: unknown;
  readonly elapsedMs: number;
}

const longestRunMs = 120_000;

/** Asks one broker for every behaviour. The results are in the order of the behaviours. */
export async function runConformance(options: ConformanceOptions): Promise<readonly Result[]> {
  const asked = options.behaviours ?? behaviours;
  const results = new Map<Behaviour, Result>();
  const ask = async (behaviour: Behaviour): Promise<void> => {
    const result = await resultOf(behaviour, options);
    results.set(behaviour, result);
    options.onResult?.(result);
  };
  await sideBySide(
    asked.filter((behaviour) => !isAlone(behaviour)),
    options.atOnce ?? 8,
    ask,
  );
  await sideBySide(asked.filter(isAlone), 1, ask);
  return asked.map((behaviour) => results.get(behaviour)!);
}

const isAlone = ({ needs = [] }: Behaviour): boolean => needs.includes('faults');

async function sideBySide<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = items.values();
  const worker = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

async function resultOf(behaviour: Behaviour, options: ConformanceOptions): Promise<Result> {
  const { broker, store } = options;
  const about = { broker: broker.name, behaviour: behaviour.name };
  const reason = reasonToSkip(behaviour.needs ?? [], { broker, store });
  if (reason) return { ...about, status: 'skip', because: reason, elapsedMs: 0 };
  const startedAt = performance.now();
  const elapsedMs = () => Math.round(performance.now() - startedAt);
  try {
    await within(
      longestRunMs,
      runIn(behaviour, options),
      new Error(`not ended within ${longestRunMs / 1_000} s`),
    );
    return { ...about, status: 'pass', elapsedMs: elapsedMs() };
  } catch (thrown) {
    const because = thrown instanceof Error ? thrown.message : String(thrown);
    return { ...about, status: 'fail', because, thrown, elapsedMs: elapsedMs() };
  }
}

async function runIn(behaviour: Behaviour, options: ConformanceOptions): Promise<void> {
  const world = new World(options.broker, options.store, options.patienceMs ?? 20_000);
  try {
    await behaviour.run(world);
  } catch (error) {
    await world.close().catch(() => undefined); // what went wrong first is what counts
    throw error;
  }
  await world.close();
}
