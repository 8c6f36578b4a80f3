import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'amqplib';
import { RpcNotSentError } from './rabbitmq.errors.js';
import { rabbitmqBroker } from './rabbitmq-broker.js';
import { rabbitmqRpcClient } from './rpc/rpc-client.js';
import { numbered, untilAnswered } from '@waybill/test-kit';
import { OwnRabbitmq } from './testing/own-rabbitmq.js';
import { bytes, failureOf } from './testing/rpc-pair.js';

const queue = 'blocked';

describe('while RabbitMQ blocks publishers because of its memory', () => {
  let server: OwnRabbitmq;
  beforeAll(async () => {
    server = await OwnRabbitmq.start();
    const model = await connect(server.url);
    const channel = await model.createChannel();
    await channel.assertQueue(queue, { durable: true });
    await model.close();
  }, 90_000);
  afterAll(() => server.stop());

  it('publishes are unknown in time, health says why, and all goes on by itself afterwards', async () => {
    const broker = rabbitmqBroker({ url: server.url, publishTimeoutMs: 1_000 });
    const publisher = broker.publisher('test');
    const rpc = rabbitmqRpcClient({ url: server.url });
    try {
      expect(await publisher.publish(numbered(queue, 1))).toEqual([{ status: 'confirmed' }]);
      const call = () => rpc.call({ queue, body: bytes('x'), limitMs: 300 });
      await failureOf(call());

      await server.raiseMemoryAlarm();
      const [first] = await publisher.publish(numbered(queue, 1));
      expect(first).toMatchObject({ status: 'unknown' });
      expect(broker.health()).toEqual({
        state: 'connected',
        lastError: expect.stringContaining('publishers are blocked'),
      });
      // RabbitMQ tells a connection only once it publishes.
      await failureOf(call());
      await untilAnswered(() => rpc.health().lastError);
      expect(await failureOf(call())).toBeInstanceOf(RpcNotSentError);
      expect(rpc.pending).toBe(0);

      const startedAt = performance.now();
      const rest = await publisher.publish(numbered(queue, 3));
      expect(rest.map(({ status }) => status)).toEqual(['unknown', 'unknown', 'unknown']);
      expect(performance.now() - startedAt).toBeLessThan(2_000);

      await server.clearMemoryAlarm();
      await untilAnswered(() => broker.health().lastError === undefined || undefined);
      expect(await publisher.publish(numbered(queue, 1))).toEqual([{ status: 'confirmed' }]);
    } finally {
      await rpc.close();
      await broker.close();
    }
  }, 60_000);
});
