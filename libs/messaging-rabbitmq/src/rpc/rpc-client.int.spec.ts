import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { getEventListeners } from 'node:events';
import type { MessagingEvent } from '@waybill/messaging';
import {
  ConnectionLostError,
  RemoteError,
  RpcNotSentError,
  RpcTimeoutError,
  UnroutableError,
} from '../rabbitmq.errors.js';
import { bytes, failureOf, RpcPair, text } from '../testing/rpc-pair.js';
import { untilAnswered } from '@waybill/test-kit';
import type { RpcClient } from './rpc.js';

describe('who asks over RabbitMQ', () => {
  let pair: RpcPair;
  beforeEach(async () => void (pair = await RpcPair.open()));
  afterEach(() => pair.close());

  const ask = (client: RpcClient, body: string, limitMs = 2_000, signal?: AbortSignal) =>
    client.call({ queue: pair.queue, body: bytes(body), limitMs, ...(signal && { signal }) });

  it('gets each answer under its own question, whatever their order', async () => {
    const held: (() => void)[] = [];
    await pair.server(async ({ body }) => {
      if (text(body) === 'slow') await new Promise<void>((resolve) => held.push(resolve));
      return bytes(`${text(body)}!`);
    });
    const client = await pair.client();

    const slow = ask(client, 'slow');
    expect(text(await ask(client, 'quick'))).toBe('quick!');
    held[0]!();
    expect(text(await slow)).toBe('slow!');
    expect(client.pending).toBe(0);
  });

  it('is told of a failure at the other side by its class and message', async () => {
    class OutOfFunds extends Error {}
    await pair.server(async () => Promise.reject(new OutOfFunds('nothing left')));

    const failure = await failureOf(ask(await pair.client(), 'x'));

    expect(failure).toBeInstanceOf(RemoteError);
    expect(failure).toMatchObject({ remoteType: 'OutOfFunds', remoteMessage: 'nothing left' });
  });

  it('waits no longer than its limit when nobody answers, and the request is gone by then', async () => {
    const client = await pair.client();
    const startedAt = performance.now();

    expect(await failureOf(ask(client, 'x', 500))).toBeInstanceOf(RpcTimeoutError);

    expect(performance.now() - startedAt).toBeLessThan(2_000); // without a limit of its own
    expect(client.pending).toBe(0);
    await untilAnswered(async () => (await pair.rabbit.depth(pair.queue)) === 0 || undefined);
  });

  it('drops an answer that comes late, and goes on', async () => {
    const proxy = await pair.rabbit.proxy();
    const client = await pair.client({ url: proxy.url });
    await pair.server(async ({ body }) => body);
    proxy.holdAnswers();
    expect(await failureOf(ask(client, 'late', 200))).toBeInstanceOf(RpcTimeoutError);
    proxy.pass();

    expect(text(await ask(client, 'in time'))).toBe('in time');
    expect(client.pending).toBe(0);
  });

  it('forgets a call whose caller no longer waits, and asks nothing for one who never did', async () => {
    const client = await pair.client();
    const caller = new AbortController();
    const cancelled = failureOf(ask(client, 'x', 2_000, caller.signal));
    expect(client.pending).toBe(1);

    caller.abort(new Error('gone'));

    expect((await cancelled)?.message).toBe('gone');
    expect(client.pending).toBe(0);
    expect(getEventListeners(caller.signal, 'abort')).toEqual([]);
    expect((await failureOf(ask(client, 'x', 2_000, caller.signal)))?.message).toBe('gone');
    expect(client.pending).toBe(0);
  });

  it('settles all that waits at once when the connection is lost, asks on when it is back', async () => {
    const proxy = await pair.rabbit.proxy();
    const client = await pair.client({ url: proxy.url });
    const waiting = Array.from({ length: 100 }, () => failureOf(ask(client, 'x', 60_000)));
    await untilAnswered(async () => (await pair.rabbit.depth(pair.queue)) > 0 || undefined);

    proxy.refuse();
    const failures = await Promise.all(waiting);

    expect(failures.every((failure) => failure instanceof ConnectionLostError)).toBe(true);
    expect(client.pending).toBe(0);
    await untilAnswered(() => client.health().state === 'disconnected' || undefined);
    expect(await failureOf(ask(client, 'x'))).toBeInstanceOf(RpcNotSentError);

    proxy.pass();
    await pair.server(async ({ body }) => body);
    await untilAnswered(() => client.health().state === 'connected' || undefined);
    expect(text(await ask(client, 'again'))).toBe('again');
  });

  it('is refused at once where there is no queue, and above the calls that may wait', async () => {
    const client = await pair.client({ mostPending: 2 });
    const lost = client.call({ queue: 'test-no-such-queue', body: bytes('x'), limitMs: 2_000 });
    expect(await failureOf(lost)).toBeInstanceOf(UnroutableError);
    expect(String(await failureOf(lost))).toContain('test-no-such-queue');

    const two = [failureOf(ask(client, 'x', 300)), failureOf(ask(client, 'x', 300))];
    expect(await failureOf(ask(client, 'x', 300))).toBeInstanceOf(RpcNotSentError);
    await Promise.all(two);
    expect(await failureOf(ask(client, 'x', 50))).toBeInstanceOf(RpcTimeoutError);
  });

  it('tells what became of every call, and of answers that nobody waits for', async () => {
    const told: unknown[] = [];
    const emit = (event: MessagingEvent) => void (event.kind !== 'connection' && told.push(event));
    const proxy = await pair.rabbit.proxy();
    const client = await pair.client({ url: proxy.url, events: { emit } });
    await pair.server(async ({ body }) => (text(body) === 'bad' ? Promise.reject(new Error('no')) : body));
    const became = (outcome: string) => ({ kind: 'asked', broker: 'rabbitmq', queue: pair.queue, outcome });

    await ask(client, 'good');
    await failureOf(ask(client, 'bad'));
    proxy.holdAnswers();
    await failureOf(ask(client, 'late', 200));
    proxy.pass();
    await untilAnswered(() => told.length === 4 || undefined);
    await client.close();
    await failureOf(ask(client, 'closed'));

    expect(told).toEqual([
      became('answered'),
      became('failed'),
      became('timedOut'),
      { kind: 'answeredLate', broker: 'rabbitmq' },
      became('notSent'),
    ]);
  });

  it('settles what waits when it is closed, and takes no more', async () => {
    const client = await pair.client();
    const waiting = failureOf(ask(client, 'x', 60_000));
    await client.close();
    expect(await waiting).toBeInstanceOf(ConnectionLostError);
    expect(await failureOf(ask(client, 'x'))).toBeInstanceOf(RpcNotSentError);
  });
});
