import { expect, test } from '@jest/globals';
import { cpuMsByRole } from './cpu-use.ts';
import { pssKiBByRole } from './memory-use.ts';
import { roleOf } from './process-role.ts';
import { familyOf, parseStat, processTable, type ProcessEntry } from './process-table.ts';

const entry = (pid: number, given: Partial<ProcessEntry> = {}): ProcessEntry => ({
  pid,
  parentPid: 1,
  startTicks: 1,
  cpuMs: 0,
  commandLine: 'sh',
  ...given,
});

test('a process name with blanks and parentheses does not shift the fields', () => {
  const stat = '7 (a) b (c)) S 3 7 7 0 -1 4194560 100 0 0 0 12 34 9 9 20 0 1 0 5678 1000 10';
  expect(parseStat(stat)).toEqual({ parentPid: 3, cpuMs: 460, startTicks: 5678 });
});

test.each([
  ['java -Xmx384m -cp lib/* kafka.Kafka kafka-2.properties', 'kafka'],
  ['/usr/lib/erlang/erts-13.1.5/bin/beam.smp -W w', 'rabbitmq'],
  ['postgres: waybill orders 127.0.0.1(5000) idle', 'postgres'],
  ['/usr/lib/postgresql/15/bin/postgres -D data', 'postgres'],
  ['redis-server 127.0.0.1:6379', 'redis'],
  ['node apps/psp-simulator/dist/main.js', 'psp-simulator'],
  ['node tools/start/main.ts --once', 'launcher'],
])('%s is %s', (commandLine, role) => expect(roleOf(commandLine)).toBe(role));

test('a family is the process and everything below it', () => {
  const table = [entry(10), entry(11, { parentPid: 10 }), entry(12, { parentPid: 11 }), entry(13)];
  expect(familyOf([10], table).map(({ pid }) => pid)).toEqual([10, 11, 12]);
  expect(familyOf([11, 13], table.toReversed()).map(({ pid }) => pid)).toEqual([13, 11, 12]);
});

test('CPU time counts from the first table, from the start for a newcomer, also one with a used pid', () => {
  const before = [entry(1, { cpuMs: 500 }), entry(2, { cpuMs: 900 })];
  const after = [entry(1, { cpuMs: 700 }), entry(2, { cpuMs: 30, startTicks: 9 }), entry(3, { cpuMs: 5 })];
  expect([...cpuMsByRole(before, after)]).toEqual([['launcher', 235]]);
});

test('this process is seen with the CPU it burns and the memory it holds', async () => {
  const before = familyOf([process.pid], await processTable());
  const untilMs = Date.now() + 200;
  while (Date.now() < untilMs);
  const after = familyOf([process.pid], await processTable());
  expect(cpuMsByRole(before, after).get('launcher')).toBeGreaterThan(100);
  expect((await pssKiBByRole(after)).get('launcher')).toBeGreaterThan(20_000);
});
