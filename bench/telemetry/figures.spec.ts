import { expect, test } from '@jest/globals';
import { Results } from '../contest/results.ts';
import { partsTable } from '../contest/table.ts';
import { partsOf } from './figures.ts';
import { all, off, tenth } from './modes.ts';
import type { Exported } from './service-rounds.ts';

const round = (rate: number, cpuMs: number) => ({
  count: 100,
  seconds: 100 / rate,
  cpuSeconds: (100 * cpuMs) / 1_000,
});

const results = new Results(
  new Map([
    [off.name, [round(200, 10), round(100, 10)]],
    [tenth.name, [round(196, 10.1), round(98, 10.1)]],
    [all.name, [round(170, 11), round(85, 11)]],
  ]),
);

const exported = (change: Partial<Exported> = {}): Exported[] => [
  { mode: off, received: 0, processed: 0, dropped: 0, queued: 0, orders: 100, servicesMs: 18 },
  { mode: tenth, received: 250, processed: 250, dropped: 0, queued: 0, orders: 100, servicesMs: 18.2 },
  {
    mode: all,
    received: 2_500,
    processed: 2_500,
    dropped: 0,
    queued: 0,
    orders: 100,
    servicesMs: 20,
    ...change,
  },
];

test('each share of traces is held to its part of the rate without telemetry', () => {
  const table = partsTable(partsOf(results, exported()));
  expect(table).toMatch(/^10 % of traces +147 \/s +10100\.0 +0\.98 +≥ 0\.97 {2}ok +÷ telemetry off$/m);
  expect(table).toMatch(/^100 % of traces +128 \/s +11000\.0 +0\.85 +≥ 0\.9 {2}missed +÷ telemetry off$/m);
  expect(table).toMatch(/^100 % of traces +11 ms +0\.91 +÷ telemetry off$/m);
  expect(table).toMatch(/^10 % of traces +18\.2 ms +0\.99 +÷ telemetry off$/m);
});

test('no span may be dropped, and none may be exported and not arrive', () => {
  const told = (change?: Partial<Exported>) => partsTable(partsOf(results, exported(change)));
  expect(told()).toMatch(/^of an order, when all are recorded +25/m);
  expect(told()).toMatch(/^dropped by a full queue +0 +≤ 0 {2}ok$/m);
  expect(told({ dropped: 3 })).toMatch(/^dropped by a full queue +3 +≤ 0 {2}missed$/m);
  expect(told({ received: 2_499 })).toMatch(/^exported and not received +1 +≤ 0 {2}missed$/m);
});

test('services that do not count their spans prove nothing', () => {
  expect(partsTable(partsOf(results, exported({ processed: 0 })))).toMatch(/^dropped by .* NaN .*missed$/m);
});
