import { describe, expect, test } from '@jest/globals';
import type { CallsOutside } from '../handler.js';
import { done, retryLater, type Outcome } from '../outcome.js';
import { PipelineBench } from '../testing/pipeline-bench.js';

/** Records its steps with the number of transactions committed before each. */
class Recorded implements CallsOutside {
  readonly steps: string[] = [];
  bench!: PipelineBench;
  prepared: { call: string } | Outcome = { call: 'intent' };
  concluded: Outcome = done();

  prepare = async () => this.note('prepare', this.prepared);
  call = async () => this.note('call', 'result');
  conclude = async () => this.note('conclude', this.concluded);

  private note<T>(step: string, value: T): T {
    this.steps.push(
      `${step} after ${this.bench.database.committed} commits, ${this.bench.database.open} open`,
    );
    return value;
  }
}

async function run(change: Partial<Pick<Recorded, 'prepared' | 'concluded'>>, times = 1) {
  const handler = Object.assign(new Recorded(), change);
  const bench = (handler.bench = PipelineBench.with(handler));
  for (let time = 0; time < times; time++) await bench.process(['a']);
  return { bench, handler };
}

describe('a handler that calls outside', () => {
  test('commits its intent before the call, and holds no transaction while it calls', async () => {
    const { handler, bench } = await run({});
    expect(handler.steps).toEqual([
      'prepare after 0 commits, 1 open',
      'call after 1 commits, 0 open',
      'conclude after 1 commits, 1 open',
    ]);
    expect(bench.recorder.settled).toEqual({ a: 'done' });
  });

  test('with the answer known already does not call', async () => {
    const { handler } = await run({ prepared: done() });
    expect(handler.steps).toHaveLength(1);
  });

  test('that meets a live lease is put back without an attempt', async () => {
    const { bench, handler } = await run({
      prepared: retryLater({ because: 'lease-held', spendsAttempt: false, afterMs: 5 }),
    });
    expect(handler.steps).toHaveLength(1);
    expect(bench.recorder.settled).toEqual({ a: 'retryLater' });
    expect(bench.events('retryLater')).toHaveLength(1);
  });

  test('with an unknown result keeps what it wrote, leaves no inbox row, and is asked again', async () => {
    const { bench, handler } = await run(
      { concluded: retryLater({ because: 'unknown', spendsAttempt: false }) },
      2,
    );
    expect(handler.steps).toHaveLength(6);
    expect(bench.database.committed).toBe(4);
  });
});
