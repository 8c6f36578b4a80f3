import { describe, expect, test } from '@jest/globals';
import { remember, type Backlog, type Look } from './backlog.js';
import { decide, type Limits, type Pressure } from './pressure.js';

const limits: Limits = {
  outboxAgeMs: { slow: 5_000, shed: 30_000 },
  outboxRows: { slow: 20_000, shed: 100_000 },
  queueDepth: { slow: 5_000, shed: 20_000 },
  longestDelayMs: 1_000,
};

const waiting = (of: { ageMs?: number; rows?: number; depth?: number | 'unknown' } = {}): Backlog => ({
  outbox: { rows: of.rows ?? 0, refused: 0, oldestAgeMs: of.ageMs ?? 0 },
  queueDepth: of.depth === 'unknown' ? undefined : { messages: of.depth ?? 0, atMs: 0 },
});

/** Given looks one after the other, from `open`; then the state after the last. */
const after = (...backlogs: Backlog[]): Pressure =>
  backlogs.reduce<Pressure>((before, backlog) => decide(before, backlog, limits), { kind: 'open' });

const kinds = (...backlogs: Backlog[]) =>
  backlogs.map((_, index) => after(...backlogs.slice(0, index + 1)).kind);

describe('given little waits', () => {
  test.each([
    [{}, 'open'],
    [{ ageMs: 4_999, rows: 19_999, depth: 4_999 }, 'open'],
    [{ ageMs: 5_000 }, 'slowing'],
    [{ rows: 20_000 }, 'slowing'],
    [{ depth: 5_000 }, 'slowing'],
    [{ ageMs: 30_000 }, 'shedding'],
    [{ rows: 100_000 }, 'shedding'],
    [{ depth: 20_000 }, 'shedding'],
  ] as const)('when %j wait, then it is %s', (backlog, kind) => {
    expect(after(waiting(backlog)).kind).toBe(kind);
  });

  test('when nothing is known, then it is open', () => expect(after({}).kind).toBe('open'));
});

describe('given more and more waits', () => {
  test('then orders wait longer and longer, and never longer than the longest delay', () => {
    const delays = [5_000, 8_750, 12_500, 19_999].map((depth) => {
      const pressure = after(waiting({ depth }));
      return pressure.kind === 'slowing' && pressure.delayMs;
    });
    expect(delays).toEqual([50, 250, 500, 1_000]);
  });

  test('then the measure nearest to shedding sets the delay', () => {
    expect(after(waiting({ depth: 5_000, ageMs: 17_500 }))).toMatchObject({ kind: 'slowing', delayMs: 500 });
  });

  test('then what is shed is told to stay away longer, at most 30 s', () => {
    const seconds = [20_000, 45_000, 1_000_000].map((depth) => {
      const pressure = after(waiting({ depth }));
      return pressure.kind === 'shedding' && pressure.retryAfterSeconds;
    });
    expect(seconds).toEqual([2, 5, 30]);
  });

  test('then every measure over its limit is named', () => {
    expect(after(waiting({ ageMs: 31_000, depth: 25_000, rows: 50_000 }))).toMatchObject({
      because: [
        { measure: 'outboxAgeMs', value: 31_000, limit: 30_000, calmBelow: 24_000 },
        { measure: 'queueDepth', value: 25_000, limit: 20_000, calmBelow: 16_000 },
      ],
    });
  });
});

describe('given it sheds', () => {
  const tooDeep = waiting({ depth: 20_000 });

  test('when the depth sways around the limit, then it goes on shedding', () => {
    const swaying = [19_999, 20_001, 16_000].map((depth) => waiting({ depth }));
    expect(kinds(tooDeep, ...swaying)).toEqual(['shedding', 'shedding', 'shedding', 'shedding']);
  });

  test('when the depth falls a fifth below, then it slows; when below the slow limit alike, it opens', () => {
    const falling = [15_999, 4_000, 3_999].map((depth) => waiting({ depth }));
    expect(kinds(tooDeep, ...falling)).toEqual(['shedding', 'slowing', 'slowing', 'open']);
  });

  test('when all is gone at once, then it is open at once', () => {
    expect(kinds(tooDeep, waiting())).toEqual(['shedding', 'open']);
  });

  test('when one measure recovers and another has not, then it goes on shedding', () => {
    const both = waiting({ depth: 20_000, ageMs: 30_000 });
    expect(kinds(both, waiting({ ageMs: 30_000 }))).toEqual(['shedding', 'shedding']);
  });

  test('when the delay is held by hysteresis alone, then it is the shortest', () => {
    expect(after(waiting({ depth: 5_000 }), waiting({ depth: 4_500 }))).toMatchObject({ delayMs: 50 });
  });
});

describe('given the depth cannot be read', () => {
  const deep: Look = { atMs: 0, outbox: waiting().outbox, queueDepth: 25_000 };
  const unread = (atMs: number, ageMs = 0): Look => ({ atMs, outbox: waiting({ ageMs }).outbox });
  const seen = (...looks: Look[]) => looks.reduce(remember, {});

  test('then the last one is believed for ten seconds, and no longer', () => {
    expect(after(seen(deep, unread(10_000))).kind).toBe('shedding');
    expect(after(seen(deep, unread(10_000), unread(10_001))).kind).toBe('open');
  });

  test('then the outbox alone decides, and a broker that is away is no reason by itself', () => {
    expect(after(waiting({ depth: 'unknown' })).kind).toBe('open');
    expect(after(waiting({ depth: 'unknown', ageMs: 6_000 })).kind).toBe('slowing');
    expect(after(waiting({ depth: 'unknown', ageMs: 30_000 })).kind).toBe('shedding');
  });
});

describe('given the outbox cannot be read', () => {
  test('then it is what it was, however long ago, until it is read again', () => {
    const full: Look = { atMs: 0, outbox: { rows: 200_000, refused: 0, oldestAgeMs: 0 }, queueDepth: 0 };
    const known = [full, { atMs: 60_000, queueDepth: 0 }].reduce(remember, {});
    expect(after(known).kind).toBe('shedding');
    expect(after(remember(known, { ...full, outbox: waiting().outbox })).kind).toBe('open');
  });
});
