import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const program = new URL('main.ts', import.meta.url).pathname;

/** Each contender rejects unless its work was really done, so that an exit code of 0 says much. */
async function smoke(bench: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, bench, '--smoke', '--json'], {
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const parts = JSON.parse(stdout) as { lines: { name: string; value: number }[] }[];
  const lines = parts.flatMap(({ lines }) => lines);
  expect(lines.filter(({ value }) => !(value > 0))).toEqual([]);
  return lines.map(({ name }) => name);
}

test('the pipeline is measured beside hand-written loops, every message accounted for', async () => {
  expect(await smoke('pipeline')).toEqual(
    expect.arrayContaining([
      'pipeline, inbox and one row a message',
      'hand-written eachBatch',
      'pipeline, nothing to do',
      'inbox, 200 claims a transaction',
      'keyed lane, 1000 keys',
    ]),
  );
}, 60_000);

test.concurrent(
  'the relay is measured beside a loop and two job queues, every event accounted for',
  async () => {
    expect(await smoke('outbox')).toEqual(
      expect.arrayContaining([
        'relay',
        'hand-written loop',
        'pg-boss',
        'graphile-worker, batched',
        'p99',
        'relay, writing transaction open',
        'poke after commit',
      ]),
    );
  },
  60_000,
);

test('brokers are measured side by side, every message accounted for and in order', async () => {
  expect(await smoke('brokers')).toEqual(
    expect.arrayContaining([
      'kafka',
      'rabbitmq',
      'sqs',
      'memory',
      'sqs, p99',
      '1000 in flight',
      'kafka, a new group',
    ]),
  );
}, 90_000);

// It mostly waits, for the session of the dead to time out: beside the relay's.
test.concurrent(
  'the standstill after an end is measured for partitions of the one that ends and of the one that stays',
  async () => {
    expect(await smoke('standstill')).toEqual([
      'SIGTERM: its partition',
      "SIGTERM: the other's partition",
      'SIGKILL: its partition',
      "SIGKILL: the other's partition",
    ]);
  },
  120_000,
);
