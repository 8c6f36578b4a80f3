import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'amqplib';
import type { MessagingEvent } from '@waybill/messaging';
import { RpcNotSentError } from './rabbitmq.errors.js';
import { rabbitmqBroker } from './rabbitmq-broker.js';
import { rabbitmqRpcClient } from './rpc/rpc-client.js';
import { numbered, TcpProxy, untilAnswered } from '@waybill/test-kit';
import { OwnRabbitmq } from './testing/own-rabbitmq.js';
import { bytes, failureOf } from './testing/rpc-pair.js';

const queue = 'blocked';
const publishTimeoutMs = 2_000;

describe('while RabbitMQ blocks publishers', () => {
  let server: OwnRabbitmq;
  beforeAll(async () => {
    server = await OwnRabbitmq.start();
    const model = await connect(server.url);
    const channel = await model.createChannel();
    await channel.assertQueue(queue, { durable: true });
    await model.close();
  }, 90_000);
  afterAll(() => server.stop());

  it.each([
    ['memory', 'raiseMemoryAlarm', 'clearMemoryAlarm'],
    ['disk', 'raiseDiskAlarm', 'clearDiskAlarm'],
  ] as const)(
    'for its %s, publishes are unknown in time, health says why, and all goes on by itself',
    async (resource, raise, clear) => {
      const told: string[] = [];
      const emit = (event: MessagingEvent) => void (event.kind === 'connection' && told.push(event.state));
      const broker = rabbitmqBroker({ url: server.url, publishTimeoutMs, events: { emit } });
      const publisher = broker.publisher('test');
      const rpc = rabbitmqRpcClient({ url: server.url });
      try {
        expect(await publisher.publish(numbered(queue, 1))).toEqual([{ status: 'confirmed' }]);
        const call = () => rpc.call({ queue, body: bytes('x'), limitMs: 300 });
        await failureOf(call());

        await server[raise]();
        const [first] = await publisher.publish(numbered(queue, 1));
        expect(first).toMatchObject({ status: 'unknown' });
        expect(broker.health()).toEqual({
          state: 'blocked',
          lastError: expect.stringMatching(`publishers are blocked: .*${resource}`),
        });
        // RabbitMQ tells a connection only once it publishes.
        await failureOf(call());
        await untilAnswered(() => rpc.health().state === 'blocked' || undefined);
        expect(await failureOf(call())).toBeInstanceOf(RpcNotSentError);
        expect(rpc.pending).toBe(0);

        const startedAt = performance.now();
        const rest = await publisher.publish(numbered(queue, 10));
        expect(rest.map(({ status }) => status)).toEqual(Array(10).fill('unknown'));
        expect(performance.now() - startedAt).toBeLessThan(5 * publishTimeoutMs); // not one after the other

        await server[clear]();
        await untilAnswered(() => broker.health().state === 'connected' || undefined);
        expect(await publisher.publish(numbered(queue, 1))).toEqual([{ status: 'confirmed' }]);
        expect(told).toEqual(['connected', 'blocked', 'unblocked']);
      } finally {
        await rpc.close();
        await broker.close();
      }
    },
    60_000,
  );

  it('a connection that ends is blocked no more, and says so before it is lost', async () => {
    const told: string[] = [];
    const emit = (event: MessagingEvent) => void (event.kind === 'connection' && told.push(event.state));
    const proxy = await TcpProxy.to(new URL(server.url));
    const broker = rabbitmqBroker({ url: proxy.url, publishTimeoutMs, events: { emit } });
    try {
      const publisher = broker.publisher('test');
      await publisher.publish(numbered(queue, 1));
      await server.raiseMemoryAlarm();
      await publisher.publish(numbered(queue, 1));
      proxy.refuse();
      await untilAnswered(() => told.includes('lost') || undefined);
      expect(told).toEqual(['connected', 'blocked', 'unblocked', 'lost']);
    } finally {
      await server.clearMemoryAlarm();
      await broker.close();
      await proxy.close();
    }
  }, 60_000);
});
