import type { Target } from './in-flight.js';

export interface PlannedKill {
  readonly target: Target;
  /** The process that dies. */
  readonly process: string;
  /** Not before so many orders were accepted. */
  readonly afterOrders: number;
}

const targets: readonly Target[] = ['order', 'payment', 'audit', 'notification', 'kafka', 'rabbitmq', 'sqs'];

/** Each target once, in an order and at times that the seed decides, spread over the orders. */
export function killPlan(seed: number, orders: number): PlannedKill[] {
  const random = seeded(seed);
  const stretch = (orders * 0.8) / targets.length;
  return shuffled(targets, random).map((target, index) => ({
    target,
    process: processOf(target, random),
    afterOrders: Math.floor((index + random()) * stretch),
  }));
}

function processOf(target: Target, random: () => number): string {
  if (target === 'kafka') return `kafka-${1 + Math.floor(random() * 3)}`;
  return target === 'sqs' ? 'fauxqs' : target;
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

/** mulberry32: numbers from 0 to 1 that a seed repeats. */
function seeded(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
