import { describe, expect, test } from '@jest/globals';
import { FatalError, InfrastructureError } from '../messaging.errors.js';
import { deadLetter, done, ignore, retryLater } from '../outcome.js';
import { PipelineBench } from '../testing/pipeline-bench.js';

const settled = ({ recorder }: PipelineBench) => recorder.settled;

describe('a batch', () => {
  test('is handled in the order received, in one transaction, and then settled', async () => {
    const bench = new PipelineBench(async () => done());
    await bench.process(['a', 'b', 'c']);
    expect(bench.handled).toEqual(['a', 'b', 'c']);
    expect(bench.database.committed).toBe(1);
    expect(settled(bench)).toEqual({ a: 'done', b: 'done', c: 'done' });
  });

  test('counts a duplicate once', async () => {
    const bench = new PipelineBench(async () => done());
    await bench.process(['a', 'b']);
    await bench.process(['a', 'c']);
    expect(bench.handled).toEqual(['a', 'b', 'c']);
    expect(bench.events('duplicate')).toHaveLength(1);
  });

  test('shows its handler all that is new at once, before it handles any', async () => {
    const seen: string[] = [];
    const bench = PipelineBench.with({
      lookAhead: async (payloads: readonly string[]) => void seen.push(`ahead ${payloads.join(' ')}`),
      handle: async ({ payload }: { payload: string }) => {
        seen.push(payload);
        return done();
      },
    });
    await bench.process(['a', 'b']);
    await bench.process(['b', 'c', 'd']);
    expect(seen).toEqual(['ahead a b', 'a', 'b', 'ahead c d', 'c', 'd']);
  });

  test('with the same message twice handles it once', async () => {
    const bench = new PipelineBench(async () => done());
    await bench.process(['a', 'a', 'b']);
    expect(bench.handled).toEqual(['a', 'b']);
  });

  test.each([
    ['a throw', () => Promise.reject(new Error('no'))],
    ['an outcome that is no success', async () => deadLetter('no')],
    ['no outcome at all', async () => undefined as never],
  ])(
    'spoiled by %s is rolled back and run again one by one; only the guilty message is set aside',
    async (_, fail) => {
      const bench = new PipelineBench((id) => (id === 'b' ? fail() : Promise.resolve(done())));
      await bench.process(['a', 'b', 'c']);
      expect(settled(bench)).toEqual({
        a: 'done',
        b: expect.stringMatching(/deadLetter|retryLater/),
        c: 'done',
      });
      expect(bench.effects).toEqual(['a', 'c']);
      expect(bench.events('batchSplit')).toHaveLength(1);
    },
  );

  test('whose transaction fails at its last write spends no attempt', async () => {
    const bench = new PipelineBench(async () => done());
    bench.database.failNextCommits(1, new InfrastructureError('connection lost'));
    await bench.process(['a', 'b']);
    expect(settled(bench)).toEqual({ a: 'done', b: 'done' });
    expect(bench.effects).toEqual(['a', 'b']);
    expect(bench.events('retryLater')).toHaveLength(0);
  });
});

describe('a message', () => {
  test('that fails goes through each delay once, carrying its attempts, and is then set aside with its failure', async () => {
    const bench = new PipelineBench(() => Promise.reject(new Error('broken')));
    await bench.process(['a']);
    const delays = [bench.recorder.retries['a']!.delayMs];
    for (let delivery = bench.again('a'); delays.length < 3; delivery = bench.again('a')) {
      await bench.processRaw([delivery]);
      delays.push(bench.recorder.retries['a']!.delayMs);
    }
    expect(delays).toEqual([5_000, 30_000, 300_000]);
    await bench.processRaw([bench.again('a')]);
    expect(settled(bench)).toEqual({ a: 'deadLetter' });
    expect(bench.handled).toEqual(['a', 'a', 'a', 'a']);
    expect(bench.recorder.failures['a']).toMatchObject({
      'waybill-failure-reason': 'broken',
      'exception.type': 'Error',
      'waybill-attempts': '4',
      'waybill-original-address': 'a',
    });
  });

  test('that succeeds on its second attempt is done', async () => {
    const bench = new PipelineBench((_, run) =>
      run === 1 ? Promise.reject(new Error('once')) : Promise.resolve(done()),
    );
    await bench.process(['a']);
    expect(settled(bench)).toEqual({ a: 'retryLater' });
    await bench.processRaw([bench.again('a')]);
    expect(settled(bench)).toEqual({ a: 'done' });
  });

  test('with a fatal failure is set aside at once', async () => {
    const bench = new PipelineBench(() => Promise.reject(new FatalError('never')));
    await bench.process(['a']);
    expect(bench.handled).toEqual(['a']);
    expect(bench.recorder.failures['a']).toMatchObject({
      'waybill-attempts': '1',
      'exception.type': 'FatalError',
    });
  });

  test('waits out a failing database without spending an attempt, however long it takes', async () => {
    const bench = new PipelineBench(async () => done());
    bench.database.failNextCommits(20, new InfrastructureError('database away'));
    await bench.process(['a']);
    expect(settled(bench)).toEqual({ a: 'done' });
    expect(bench.events('infrastructure')).toHaveLength(20);
    expect(bench.events('retryLater')).toHaveLength(0);
  });

  test('that is ignored counts as handled', async () => {
    const bench = new PipelineBench(async () => ignore('not for us'));
    await bench.process(['a']);
    await bench.process(['a']);
    expect(bench.handled).toEqual(['a']);
  });

  test('asked for again later spends no attempt, and its wish is rounded up to the next delay', async () => {
    const bench = new PipelineBench(async () =>
      retryLater({ because: 'unknown', spendsAttempt: false, afterMs: 6_000 }),
    );
    await bench.process(['a']);
    expect(settled(bench)).toEqual({ a: 'retryLater' });
    expect(bench.recorder.retries['a']).toMatchObject({
      delayMs: 30_000,
      headers: { 'waybill-attempts': '0' },
    });
  });

  test.each([NaN, Infinity])(
    'asked for again after %s ms is a bug, which spends an attempt',
    async (afterMs) => {
      const bench = new PipelineBench(async () =>
        retryLater({ because: 'unknown', spendsAttempt: false, afterMs }),
      );
      await bench.process(['a']);
      expect(bench.recorder.retries['a']).toMatchObject({ headers: { 'waybill-attempts': '1' } });
      expect(bench.events('infrastructure')).toEqual([]);
    },
  );

  test.each([
    ['an object without a prototype', () => Object.create(null) as object],
    ['an error whose message is none', () => Object.assign(new Error(), { message: { code: 7 } })],
    ['nothing', () => undefined],
  ])('whose handler throws %s fails like any other', async (_, thrown) => {
    const bench = new PipelineBench(() => Promise.reject(thrown()), { maxAttempts: 2 });
    await bench.process(['a']);
    expect(settled(bench)).toEqual({ a: 'retryLater' });
    await bench.processRaw([bench.again('a')]);
    expect(settled(bench)).toEqual({ a: 'deadLetter' });
  });

  test('back from a retry is believed nothing that could not have been written there', async () => {
    const bench = new PipelineBench(() => Promise.reject(new FatalError('never')));
    const { message } = bench.unreadable('a');
    const headers = {
      'waybill-operation': 'nobody',
      'waybill-first-failed-at': 'then',
      'waybill-attempts': 'x',
    };
    await bench.processRaw([bench.recorder.delivery('a', { ...message, headers }, 'retry')]);
    expect(bench.recorder.failures['a']).not.toHaveProperty('waybill-operation');
    expect(bench.recorder.failures['a']).toMatchObject({
      'waybill-first-failed-at': '1970-01-01T00:00:00.000Z',
    });
  });

  test('that nobody can read is set aside with its bytes, and its neighbours are handled', async () => {
    const bench = new PipelineBench(async () => done());
    await bench.processRaw(['a', bench.unreadable('x'), 'b']);
    expect(settled(bench)).toEqual({ a: 'done', x: 'deadLetter', b: 'done' });
    expect(bench.recorder.failures['x']).toMatchObject({
      'exception.type': 'UndecodableError',
      'waybill-attempts': '0',
    });
  });

  test('known by its id with another body is an error, never a duplicate', async () => {
    const bench = new PipelineBench(async () => done());
    await bench.process(['a']);
    await bench.processRaw([bench.sameIdOtherBody('a')]);
    expect(bench.handled).toEqual(['a']);
    expect(settled(bench)).toEqual({ a: 'deadLetter' });
  });

  test('whose partition is gone is left alone', async () => {
    const bench = new PipelineBench(async () => done());
    bench.recorder.revoke();
    await bench.process(['a', 'b']);
    expect(settled(bench)).toEqual({});
    expect(bench.handled).toEqual([]);
  });

  test('still failing when the drain ends is left to the broker', async () => {
    const bench = new PipelineBench(async () => done());
    bench.database.failNextCommits(Infinity, new InfrastructureError('database away'));
    const processing = bench.process(['a']);
    bench.release();
    await processing;
    expect(settled(bench)).toEqual({});
  });
});
