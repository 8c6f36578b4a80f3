import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Broker } from '@waybill/messaging';
import { eventually, messageOf } from '@waybill/test-kit';
import { connect } from 'amqplib';
import { rabbitmqBroker, TooLargeError } from './index.js';
import { OwnRabbitmq } from './testing/own-rabbitmq.js';

let server: OwnRabbitmq;
let broker: Broker;
beforeAll(async () => {
  server = await OwnRabbitmq.start('max_message_size = 100000');
  const model = await connect(server.url);
  await (await model.createChannel()).assertQueue('q');
  await model.close();
  broker = rabbitmqBroker({ url: server.url, events: { emit: () => undefined } });
});
afterAll(async () => {
  await broker.close();
  await server.stop();
});

test('a message above a limit that only the broker knows is refused, and stands in the way of no other', async () => {
  const publisher = broker.publisher('test');
  const letters = (count: number) => ({
    address: 'q',
    message: messageOf('', { body: Buffer.alloc(count, 'x') }),
  });
  const publish = async (...counts: number[]) => publisher.publish(counts.map(letters));
  await eventually(async () => expect(await publish(1)).toMatchObject([{ status: 'confirmed' }]));

  const [before, large, behind] = await publish(99_999, 100_001, 100_000);
  expect(large).toMatchObject({ status: 'refused' });
  expect(large).toHaveProperty('because', expect.any(TooLargeError));
  expect([before!.status, behind!.status]).not.toContain('refused');
  await eventually(async () =>
    expect(await publish(99_999, 100_000)).toMatchObject([{ status: 'confirmed' }, { status: 'confirmed' }]),
  );
});
