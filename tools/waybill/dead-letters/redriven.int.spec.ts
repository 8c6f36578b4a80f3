import { GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { subscriptions, topology } from '@waybill/contracts';
import { applySqsTopology, browseQueue, sqsBroker } from '@waybill/messaging-sqs';
import { messageOf, StrictSqs } from '@waybill/test-kit';
import { startFauxqs } from 'fauxqs';
import { deadLettersOnSqs } from './sqs-dead-letters.ts';

const maxReceiveCount = 3;
const { name: queue } = subscriptions.orderNotifications;
const deadLetters = queue.replace('.fifo', '-dlq.fifo');

const servers = {
  'strict SQS': () => StrictSqs.start(),
  fauxqs: async () => {
    const { port, stop } = await startFauxqs({ port: 0, logger: false });
    return { endpoint: `http://127.0.0.1:${port}`, stop };
  },
};

/** Takes and never settles: as a process does that dies each time. */
async function receive(endpoint: string, times: number): Promise<number> {
  const client = new SQSClient({ endpoint, region: 'ap-northeast-1', useQueueUrlAsEndpoint: false });
  const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: queue }));
  let received = 0;
  for (let time = 0; time < times; time++) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0, WaitTimeSeconds: 0 }),
    );
    received += Messages.length;
  }
  client.destroy();
  return received;
}

describe.each(Object.entries(servers))('what SQS itself sets aside, as %s does it', (name, start) => {
  let server: { endpoint: string; stop(): Promise<void> };

  beforeAll(async () => {
    server = await start();
    const queues = topology.sqs.queues.map((each) =>
      'redrive' in each && each.redrive
        ? {
            ...each,
            redrive: { ...each.redrive, maxReceiveCount },
            attributes: { MessageRetentionPeriod: '1209600' },
          }
        : each,
    );
    await applySqsTopology({ sqs: { queues } }, { endpoint: server.endpoint });
  });
  afterAll(() => server.stop());

  test('a message that was received too often is a dead letter, whole, with that reason', async () => {
    const broker = sqsBroker({ endpoint: server.endpoint });
    const message = messageOf('kills', { headers: { tenant: 'x' } });
    await broker.publisher('test').publish([{ address: queue, message }]);
    await broker.close();
    expect(await receive(server.endpoint, maxReceiveCount + 1)).toBe(maxReceiveCount);

    const { messages } = await browseQueue({ endpoint: server.endpoint }, deadLetters);
    expect(messages.map(({ redriven }) => redriven)).toEqual([name === 'strict SQS']); // fauxqs does not say
    expect(await deadLettersOnSqs({ endpoint: server.endpoint }, () => undefined)).toEqual([
      expect.objectContaining({
        messageId: message.attributes['id'],
        because: 'received too often',
        lastFailedAt: expect.stringMatching(/^20.*Z$/),
        message: expect.objectContaining({
          address: queue,
          key: message.key,
          headers: expect.objectContaining({ tenant: 'x' }),
          body: Buffer.from('kills').toString('base64'),
        }),
      }),
    ]);
  }, 60_000);
});
