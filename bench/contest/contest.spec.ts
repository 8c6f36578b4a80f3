import { expect, test } from '@jest/globals';
import type { Contender } from './contender.ts';
import { contest } from './contest.ts';
import { partsTable } from './table.ts';

const contender = (name: string, rates: number[], runs: string[] = []): Contender => ({
  name,
  round: async () => {
    runs.push(name);
    return { count: 100, seconds: 100 / rates.shift()!, cpuSeconds: 0.002 };
  },
});

const silent = () => undefined;

test('rounds go forwards and backwards in turn, after one that warms up', async () => {
  const runs: string[] = [];
  const contenders = [contender('a', [1, 1, 1], runs), contender('b', [1, 1, 1], runs)];
  await contest(contenders, { rounds: 2, warmUp: true }, silent);
  expect(runs.join('')).toBe('abab' + 'ba');
});

test('a ratio compares what ran in the same round, so that a machine that slows down changes none', async () => {
  const contenders = [contender('new', [180, 90, 18]), contender('old', [100, 50, 10])];
  const results = await contest(contenders, { rounds: 3, warmUp: false }, silent);
  expect(results.ratio('new', 'old')).toBeCloseTo(1.8);
  expect(results.rate('new')).toBeCloseTo(90);
});

test('each line says figure, CPU, ratio, aim and verdict', async () => {
  const contenders = [contender('new', [1900]), contender('old', [1000])];
  const results = await contest(contenders, { rounds: 1, warmUp: false }, silent);
  const lines = [
    results.line({ name: 'new', base: 'old', aim: { atLeast: 1.85 } }),
    results.line({ name: 'new', base: 'old', aim: { atLeast: 2 } }),
    { name: 'latency', value: 7.25, unit: 'ms', aim: { atMost: 5 } } as const,
    results.line({ name: 'old' }),
  ];
  const table = partsTable([{ title: 'speed', lines }]);
  expect(table).toMatch(/^new +1,900 \/s +20\.0 +1\.90 +≥ 1\.85 {2}ok +÷ old$/m);
  expect(table).toMatch(/^new +1,900 \/s +20\.0 +1\.90 +≥ 2 {2}missed +÷ old$/m);
  expect(table).toMatch(/^latency +7\.3 ms +≤ 5 {2}missed$/m);
  expect(table).toMatch(/^old +1,000 \/s +20\.0$/m);
});
