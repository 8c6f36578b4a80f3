import { expect, test } from '@jest/globals';
import { failureHeaders } from '@waybill/messaging';
import { messageOf, Recorder } from '@waybill/test-kit';
import { randomUUID } from 'node:crypto';
import { onEachServer } from './testing/on-each-server.js';
import { subscriptionOf } from './testing/test-queues.js';

const failure = {
  because: 'no stock',
  errorType: 'RangeError',
  message: 'nothing left',
  stack: 'at …',
  attempts: 3,
  firstFailedAt: '2026-01-01T00:00:00.000Z',
  lastFailedAt: '2026-01-01T00:00:05.000Z',
};

onEachServer('dead letters on SQS FIFO', (server) => {
  test('a dead letter carries its failure, and dying again within five minutes makes another', async () => {
    const subscription = await server.queues.subscription();
    const message = messageOf('bad', { headers: { tenant: 'a' } });
    await server.publish(subscription.name, [message]);
    await server.consume(subscription);
    const [delivery] = await server.recorder.atLeast(1);
    const headers = failureHeaders(failure, delivery!.origin, subscription.name);
    expect(await delivery!.deadLetter(headers)).toBe(true);
    expect(await delivery!.deadLetter(headers)).toBe(true); // the same death
    expect(await delivery!.deadLetter({ ...headers, 'waybill-operation': randomUUID() })).toBe(true);
    await delivery!.done();

    const dead = new Recorder();
    const name = subscription.name.replace('.fifo', '-dlq.fifo');
    await server.consume(subscriptionOf(name, { terminal: true, order: 'none' }), {}, (deliveries) => {
      dead.take(deliveries);
      for (const each of deliveries) void each.done();
    });
    await dead.atLeast(2);
    expect(dead.deliveries).toHaveLength(2);
    expect(dead.deliveries[0]!.message).toMatchObject({
      key: message.key,
      attributes: message.attributes,
      headers: { tenant: 'a', 'exception.type': 'RangeError', 'waybill-attempts': '3' },
    });
  });

  test('what other programs wrote is delivered too, with their attributes as headers', async () => {
    const subscription = await server.queues.subscription();
    const { SQSClient, SendMessageBatchCommand, GetQueueUrlCommand } = await import('@aws-sdk/client-sqs');
    const client = new SQSClient({
      endpoint: server.queues.endpoint,
      region: 'ap-northeast-1',
      useQueueUrlAsEndpoint: false,
    });
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: subscription.name }));
    const attribute = (StringValue: string) => ({ DataType: 'String', StringValue });
    const names = Array.from({ length: 9 }, (_, n) => [`x${n}`, attribute(`${n}`)] as const);
    const entry = {
      Id: '0',
      MessageBody: 'plain',
      MessageGroupId: 'theirs',
      MessageDeduplicationId: randomUUID(),
      MessageAttributes: { ...Object.fromEntries(names), envelope: attribute('{not json') },
    };
    await client.send(new SendMessageBatchCommand({ QueueUrl, Entries: [entry] }));
    client.destroy();
    await server.consume(subscription);
    const [delivery] = await server.recorder.atLeast(1);
    expect(delivery!.message).toMatchObject({ key: 'theirs', attributes: {}, headers: { x0: '0', x8: '8' } });
    expect(await delivery!.deadLetter(failureHeaders(failure, delivery!.origin, subscription.name))).toBe(
      true,
    );
  });
});
