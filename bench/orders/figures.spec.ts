import { expect, test } from '@jest/globals';
import { figuresOf } from './figures.ts';
import { figuresTable } from './figures-table.ts';
import { median } from '../contest/median.ts';
import type { Measured } from './shopper-run.ts';

const round = (ordersPerSecond: number, p50Ms: number, orderCpuMs: number): Measured => ({
  orders: 100,
  stuck: 0,
  refused: 0,
  ordersPerSecond,
  p50Ms,
  p99Ms: p50Ms * 3,
  cpuMs: new Map([
    ['redis', 10],
    ['order', orderCpuMs],
  ]),
  pssKiB: new Map([
    ['redis', 10_240],
    ['order', 102_400],
  ]),
});

const figures = figuresOf({
  saturated: [round(150, 900, 300), round(170, 800, 200), round(400, 10, 9_000)],
  halfLoad: [round(80, 60, 300)],
  twentyPerSecond: [round(20, 40, 300)],
});

test('each figure is the median of its rounds, per order where it is CPU', () => {
  expect(figures.ordersPerSecond).toBe(170);
  expect(figures.roles).toEqual([
    { role: 'order', cpuMsPerOrder: 3, pssMiB: 100 },
    { role: 'redis', cpuMsPerOrder: 0.1, pssMiB: 10 },
  ]);
});

test('the table says where the time goes', () => {
  const table = figuresTable(figures);
  expect(table).toMatch(/^saturated +170 orders\/s$/m);
  expect(table).toMatch(/^half load, 80\/s +p50 60 ms, p99 180 ms$/m);
  expect(table).toMatch(/^order +3\.00 +97 % +100$/m);
  expect(table).toMatch(/^all +3\.10 +100 % +110$/m);
});

test('the median of an even number is the mean of the middle two', () => {
  expect([median([9, 1, 5]), median([1, 9, 5, 6])]).toEqual([5, 5.5]);
});
