import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RawDelivery } from '@waybill/messaging';
import { numbered, Recorder, untilAnswered } from '@waybill/test-kit';
import { LossySockets } from './testing/lossy-sockets.js';
import { TestKafka } from './testing/test-kafka.js';

const quick = { heartbeatIntervalMs: 100, commitIntervalMs: 20 };
const count = 600;

describe('a Kafka consumer that crashes and cannot disconnect at once', () => {
  let kafka: TestKafka;
  const thrown: unknown[] = [];
  const onThrown = (error: unknown) => void thrown.push(error);
  beforeEach(async () => {
    kafka = await TestKafka.open();
    process.on('uncaughtException', onThrown).on('unhandledRejection', onThrown);
  });
  afterEach(async () => {
    process.off('uncaughtException', onThrown).off('unhandledRejection', onThrown);
    await kafka.close();
  });

  it('is rebuilt while its handlers go on; nothing is thrown at the process', async () => {
    const topic = await kafka.topic(2);
    await kafka.adapter().publisher('test').publish(numbered(topic, count));
    const sockets = new LossySockets();
    const inHand: RawDelivery[] = [];
    let goesOn = false;
    const recorder: Recorder = new Recorder((delivery) =>
      goesOn ? setImmediate(() => recorder.settle(delivery)) : inHand.push(delivery),
    );
    const broker = kafka.adapter({ ...quick, socketFactory: sockets.socketFactory });
    await broker.consumer(kafka.subscription(topic, { prefetch: 4 }), recorder.take).start();
    const lost = () => kafka.events.find((event) => event.kind === 'connection' && event.state === 'lost');
    await recorder.atLeast(4);

    // kafkajs stops, and before it tells of the crash it waits for the answer to the commit.
    sockets.lose('offsetCommit');
    recorder.settle(inHand.shift()!);
    await untilAnswered(() => sockets.lost > 0 || undefined);
    sockets.fail('heartbeat');
    recorder.settle(inHand.shift()!);
    expect(await untilAnswered(lost)).toMatchObject({ because: expect.stringContaining('did not tell why') });
    sockets.heal();

    goesOn = true;
    for (const delivery of inHand.splice(0)) recorder.settle(delivery);
    await untilAnswered(() => new Set(recorder.texts).size === count || undefined);
    expect(thrown).toEqual([]);
  }, 60_000);
});
