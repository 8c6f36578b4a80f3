import { afterAll, afterEach, beforeAll, beforeEach, describe } from '@jest/globals';
import type { Consumer, Message, PublishResult, Subscription } from '@waybill/messaging';
import { Recorder, StrictSqs } from '@waybill/test-kit';
import type { SqsOptions } from '../sqs.options.js';
import { TestQueues } from './test-queues.js';

/** A local emulator that people run, and the documented behaviour that it leaves out. */
const servers = {
  fauxqs: async () => ({ endpoint: process.env['AWS_ENDPOINT_URL']!, stop: async () => undefined }),
  'strict SQS': () => StrictSqs.start(),
};

/** One server, with fresh queues and a fresh recorder for each test that runs alone. */
class TestServer {
  queues!: TestQueues;
  recorder!: Recorder;

  /** Before each test. */
  refresh(endpoint: string): void {
    this.queues = new TestQueues(endpoint);
    this.recorder = new Recorder();
  }

  publish(address: string, messages: readonly Message[]): Promise<readonly PublishResult[]> {
    const publisher = this.queues.adapter().publisher('test');
    return publisher.publish(messages.map((message) => ({ address, message })));
  }

  async consume(
    subscription: Subscription,
    options: SqsOptions = {},
    take = this.recorder.take,
  ): Promise<Consumer> {
    const consumer = this.queues.adapter(options).consumer(subscription, take);
    await consumer.start();
    return consumer;
  }
}

/** The same tests on every server. */
export function onEachServer(title: string, tests: (server: TestServer) => void): void {
  describe.each(Object.entries(servers))(`${title}, as %s answers`, (_name, start) => {
    const server = new TestServer();
    let running: Awaited<ReturnType<typeof start>>;
    // Refreshed for `test.concurrent` too, before which Jest runs nothing else.
    beforeAll(async () => server.refresh((running = await start()).endpoint));
    afterAll(() => server.queues.close());
    afterAll(() => running.stop());
    beforeEach(() => server.refresh(running.endpoint));
    afterEach(() => server.queues.close());
    tests(server);
  });
}
