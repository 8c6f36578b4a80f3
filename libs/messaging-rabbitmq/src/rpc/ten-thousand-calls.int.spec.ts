import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { getEventListeners } from 'node:events';
import { bytes, RpcPair, text } from '../testing/rpc-pair.js';
import type { RpcClient } from './rpc.js';

const calls = 10_000;
const atATime = 500;

const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

describe('ten thousand calls', () => {
  let pair: RpcPair;
  beforeEach(async () => void (pair = await RpcPair.open()));
  afterEach(() => pair.close());

  /** A tenth fails at the other side, a tenth is answered too late, a tenth cancelled; all others are answered. */
  async function callOne(client: RpcClient, number: number, { signal }: AbortController): Promise<string> {
    const kind = ['fail', 'late', 'cancelled'][number % 10] ?? 'fine';
    const gone = new AbortController();
    if (kind === 'cancelled') setImmediate(() => gone.abort()); // before any answer can be read
    const caller = kind === 'cancelled' ? gone.signal : signal;
    const limitMs = kind === 'late' ? 1 : 20_000;
    return client
      .call({ queue: pair.queue, body: bytes(kind), limitMs, signal: caller })
      .then(text)
      .catch((error: Error) => error.name);
  }

  it('leave no entry, timer, listener or message behind', async () => {
    await pair.server(async ({ body }) => {
      if (text(body) === 'fail') throw new Error('as asked');
      return body;
    });
    const client = await pair.client();
    const caller = new AbortController();
    const timersBefore = timers();
    const ends = new Map<string, number>();

    for (let from = 0; from < calls; from += atATime) {
      const some = Array.from({ length: atATime }, (_, index) => callOne(client, from + index, caller));
      for (const end of await Promise.all(some)) ends.set(end, (ends.get(end) ?? 0) + 1);
    }

    expect(ends.get('fine')).toBe(7_000);
    expect(ends.get('RemoteError')).toBe(1_000);
    expect(ends.get('AbortError')).toBe(1_000);
    expect(client.pending).toBe(0);
    expect(getEventListeners(caller.signal, 'abort')).toEqual([]);
    expect(timers()).toBeLessThanOrEqual(timersBefore + 2);
    expect(await pair.rabbit.depth(pair.queue)).toBe(0);
  }, 60_000);
});
