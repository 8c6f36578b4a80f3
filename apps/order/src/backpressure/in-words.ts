import type { Excess } from './pressure.js';

const grouped = (value: number) => Math.round(value).toLocaleString('en');
const seconds = (ms: number) => `${(ms / 1_000).toLocaleString('en', { maximumFractionDigits: 1 })} s`;

/** For the answer that sheds and for log lines: what is over its limit, and when that will be over. */
export function inWords(excesses: readonly Excess[], queue: string): string {
  return excesses.map((excess) => sentence(excess, queue)).join('; ');
}

function sentence({ measure, value, limit, calmBelow }: Excess, queue: string): string {
  switch (measure) {
    case 'outboxAgeMs':
      return `a message has waited ${seconds(value)} in the outbox (limit ${seconds(limit)}, calm below ${seconds(calmBelow)})`;
    case 'outboxRows':
      return `${grouped(value)} messages wait in the outbox ${within(limit, calmBelow)}`;
    case 'queueDepth':
      return `${grouped(value)} messages wait in the queue ${queue} ${within(limit, calmBelow)}`;
  }
}

const within = (limit: number, calmBelow: number) =>
  `(limit ${grouped(limit)}, calm below ${grouped(calmBelow)})`;
