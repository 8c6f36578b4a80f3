import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RpcTimeoutError } from '../rabbitmq.errors.js';
import { bytes, failureOf, RpcPair, text } from '../testing/rpc-pair.js';
import { untilAnswered } from '@waybill/test-kit';
import type { RpcQuestion } from './rpc.js';

describe('who answers over RabbitMQ', () => {
  let pair: RpcPair;
  beforeEach(async () => void (pair = await RpcPair.open()));
  afterEach(() => pair.close());

  const never = () => new Promise<never>(() => undefined);
  const empty = () => untilAnswered(async () => (await pair.rabbit.depth(pair.queue)) === 0 || undefined);

  it('holds no more questions than its width, and is free again when their time is over', async () => {
    const asked: RpcQuestion[] = [];
    await pair.server(
      (question) => {
        asked.push(question);
        return never();
      },
      { width: 3, limitMs: 1_500 },
    );
    const client = await pair.client();
    const call = () => failureOf(client.call({ queue: pair.queue, body: bytes('x'), limitMs: 5_000 }));

    const calls = Array.from({ length: 4 }, call);
    await untilAnswered(() => asked.length === 3 || undefined);
    expect(await pair.rabbit.depth(pair.queue)).toBe(1);
    await untilAnswered(() => asked.length === 4 || undefined);

    expect(asked[0]!.signal.aborted).toBe(true);
    expect(await Promise.all(calls)).toEqual(Array.from({ length: 4 }, () => expect.any(RpcTimeoutError)));
  });

  it('does not run a question whose caller has given up while it was on its way', async () => {
    const proxy = await pair.rabbit.proxy();
    const asked: string[] = [];
    const echo = async ({ body }: RpcQuestion) => (asked.push(text(body)), body);
    await pair.server(echo, {}, proxy.url);
    const client = await pair.client();
    const call = (body: string, limitMs: number) =>
      client.call({ queue: pair.queue, body: bytes(body), limitMs });

    proxy.holdAnswers(); // handed out by the broker, and not there yet
    expect(await failureOf(call('given up', 200))).toBeInstanceOf(RpcTimeoutError);
    proxy.pass();

    expect(text(await call('waiting', 20_000))).toBe('waiting');
    expect(asked).toEqual(['waiting']);
  });

  it('runs no question twice, although the server dies with it', async () => {
    const proxy = await pair.rabbit.proxy();
    const asked: string[] = [];
    const hang = ({ body }: RpcQuestion) => (asked.push(text(body)), never());
    await pair.server(hang, {}, proxy.url);
    const client = await pair.client();
    const call = failureOf(client.call({ queue: pair.queue, body: bytes('once'), limitMs: 3_000 }));
    await untilAnswered(() => asked.length === 1 || undefined);

    proxy.refuse();
    await pair.server(hang);

    expect(await call).toBeInstanceOf(RpcTimeoutError);
    await empty();
    expect(asked).toEqual(['once']);
  });

  it('is not harmed by questions that nobody waits for, nor by odd ones', async () => {
    await pair.server(async ({ body }) => body);
    pair.rabbit.send(pair.queue, bytes('no way back'));
    pair.rabbit.send(pair.queue, bytes('gone'), {
      replyTo: 'amq.rabbitmq.reply-to.nobody',
      correlationId: '1',
    });
    pair.rabbit.send(pair.queue, bytes('no queue'), { replyTo: 'test-no-such-queue', headers: { n: 1 } });
    pair.rabbit.send(pair.queue, bytes('odd'), { replyTo: 'x', headers: { 'waybill-answer-by': 'soon' } });

    const client = await pair.client();
    const answer = await client.call({ queue: pair.queue, body: bytes('still here'), limitMs: 20_000 });

    expect(text(answer)).toBe('still here');
    await empty();
  });

  it('answers what it holds before it leaves, and leaves the rest to others', async () => {
    const [finish, asked]: [(() => void)[], string[]] = [[], []];
    const server = await pair.server(
      async ({ body }) => {
        asked.push(text(body));
        await new Promise<void>((resolve) => finish.push(resolve));
        return bytes('by the first');
      },
      { width: 1 },
    );
    const client = await pair.client();
    const call = (body: string) => client.call({ queue: pair.queue, body: bytes(body), limitMs: 20_000 });
    const calls = [call('held'), call('waiting')];
    await untilAnswered(() => asked.length === 1 || undefined);

    const closed = server.close();
    await pair.server(async () => bytes('by the second'));
    finish[0]!();
    await closed;

    expect((await Promise.all(calls)).map(text)).toEqual(['by the first', 'by the second']);
  });
});
