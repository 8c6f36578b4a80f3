import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { classifyFailure } from '@waybill/messaging';
import { TakeTogether, type Asked } from './take-together.js';

const who = new AsyncLocalStorage<string>();
const nobody = undefined;

interface Group {
  readonly asked: string;
  /** In whose context the group runs, and in whose each of its requests. */
  readonly contexts: readonly (string | undefined)[];
  answer(): void;
  fail(error: Error): void;
}

const opened: Group[][] = [];
/** Nothing is left waiting. */
afterEach(async () => {
  for (const groups of opened.splice(0))
    for (const group of groups) {
      group.answer();
      await turn();
    }
});

/** Requests are words; the first letter is the name, and capitals are the answer. */
function open({ sideBySide = 1, atMost = 3, longestWaitMs = 30_000 } = {}) {
  const groups: Group[] = [];
  opened.push(groups);
  const failures: unknown[] = [];
  const together = new TakeTogether<string, string>({
    work: (group: readonly Asked<string>[]) => {
      const done = Promise.withResolvers<readonly string[]>();
      groups.push({
        asked: group.map(({ request }) => request).join(' '),
        contexts: [who.getStore(), ...group.map(({ within }) => within(() => who.getStore()))],
        answer: () => done.resolve(group.map(({ request }) => request.toUpperCase())),
        fail: (error) => done.reject(error),
      });
      return done.promise;
    },
    nameOf: (word) => word[0]!,
    sideBySide,
    atMost,
    longestWaitMs,
    onFailedGroup: (error, requests) => failures.push([error, requests, who.getStore()]),
  });
  const ask = (...words: string[]) => words.map((word) => who.run(word, () => together.ask(word)));
  const answer = async (index: number) => {
    groups[index]!.answer();
    await turn();
  };
  const fail = async (index: number, error: Error) => {
    groups[index]!.fail(error);
    await turn();
  };
  return { ask, answer, fail, groups, failures, begun: () => groups.map(({ asked }) => asked) };
}

describe('a request', () => {
  test('begins at once while there is room', () => {
    const { ask, begun } = open({ sideBySide: 2 });
    ask('a', 'b', 'c');
    expect(begun()).toEqual(['a', 'b']);
  });

  test('that waits is taken by the next group, with all others that wait, and gets its own answer', async () => {
    const { ask, answer, begun } = open();
    const [first, ...others] = ask('a', 'b', 'c');
    await answer(0);
    expect(await first).toBe('A');
    expect(begun()).toEqual(['a', 'b c']);
    await answer(1);
    expect(await Promise.all(others)).toEqual(['B', 'C']);
  });

  test('beyond what a group takes waits for the one after', async () => {
    const { ask, answer, begun } = open();
    ask('a', 'b', 'c', 'd', 'e');
    await answer(0);
    await answer(1);
    expect(begun()).toEqual(['a', 'b c d', 'e']);
  });

  test('of a name that its group has already waits for the one after, and holds up nobody', async () => {
    const { ask, answer, begun } = open();
    ask('a', 'b1', 'b2', 'b3', 'c');
    await answer(0);
    await answer(1);
    expect(begun()).toEqual(['a', 'b1 c', 'b2']);
  });

  test('whose turn does not come in time is told so, and is not carried out after', async () => {
    const { ask, answer, begun } = open({ longestWaitMs: 5 });
    const [first, late] = ask('a', 'b');
    expect(classifyFailure(await late!.catch((error: unknown) => error))).toBe('infrastructure');
    await answer(0);
    expect(await first).toBe('A');
    expect(begun()).toEqual(['a']);
  });

  test('that has begun may take longer than one may wait', async () => {
    const { ask, answer, begun } = open({ longestWaitMs: 5 });
    const [first] = ask('a');
    await expect(ask('b')[0]).rejects.toThrow('within 5 ms');
    await answer(0);
    expect([await first, begun()]).toEqual(['A', ['a']]);
  });
});

describe('a failure', () => {
  const failure = new Error('no');

  test('of a group of one is its own', async () => {
    const { ask, fail, failures, begun } = open();
    const refused = expect(ask('a')[0]).rejects.toBe(failure);
    await fail(0, failure);
    await refused;
    expect([begun(), failures]).toEqual([['a'], []]);
  });

  test('of a group of several is told, and each of them is run again alone, for itself', async () => {
    const { ask, answer, fail, failures, begun } = open();
    const [, b, c] = ask('a', 'b', 'c');
    await answer(0);
    await fail(1, failure);
    expect(begun()).toEqual(['a', 'b c', 'b', 'c']);
    expect(failures).toEqual([[failure, 2, nobody]]);
    const refused = expect(b).rejects.toThrow('only b');
    await fail(2, new Error('only b'));
    await refused;
    await answer(3);
    expect(await c).toBe('C');
  });

  test('takes no room from the next group, however long its requests take alone', async () => {
    const { ask, answer, fail, begun } = open();
    ask('a', 'b', 'c', 'd', 'e1', 'e2');
    await answer(0);
    await fail(1, failure);
    expect(begun()).toEqual(['a', 'b c d', 'b', 'c', 'd', 'e1']);
  });

  test('leaves its room to the next group', async () => {
    const { ask, answer, fail } = open();
    const [first, next] = ask('a', 'b');
    const refused = expect(first).rejects.toBe(failure);
    await fail(0, failure);
    await refused;
    await answer(1);
    expect(await next).toBe('B');
  });
});

describe('the context', () => {
  test('of a group of one is its request’s', () => {
    const { ask, groups } = open();
    ask('a');
    expect(groups[0]!.contexts).toEqual(['a', 'a']);
  });

  test('of a group of several is nobody’s, and each request has its own', async () => {
    const { ask, answer, groups } = open();
    ask('a', 'b', 'c');
    await answer(0);
    expect(groups[1]!.contexts).toEqual([nobody, 'b', 'c']);
  });

  test('of what is run again alone is its request’s', async () => {
    const { ask, answer, fail, groups } = open();
    ask('a', 'b', 'c');
    await answer(0);
    await fail(1, new Error('no'));
    expect(groups[3]!.contexts).toEqual(['c', 'c']);
  });
});
