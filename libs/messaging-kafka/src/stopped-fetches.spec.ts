import { createRequire } from 'node:module';
import { expect, test } from '@jest/globals';
import './kafka-client.js';

const require = createRequire(import.meta.url);
const Runner = require('kafkajs/src/consumer/runner') as {
  prototype: { fetch(nodeId: string): Promise<never> };
};
const createFetchManager = require('kafkajs/src/consumer/fetchManager') as (given: object) => {
  start(): Promise<void>;
};

const silent = { namespace: () => silent, debug: () => undefined };

test('fetchers that are made for a consumer which has been stopped meanwhile end by themselves', async () => {
  const stopped = Object.assign(Object.create(Runner.prototype) as typeof Runner.prototype, {
    running: false,
    logger: silent,
    consumerGroup: {},
  });
  let fetches = 0;
  const fetchers = createFetchManager({
    logger: silent,
    getNodeIds: () => ['1', '2', '3'],
    fetch: (nodeId: string) => {
      // Without an end of their own they would let nothing end this test.
      if (fetches++ > 1_000) throw new Error('they fetch on for ever');
      return stopped.fetch(nodeId);
    },
    handler: () => undefined,
  });
  await expect(fetchers.start()).rejects.toThrow('the consumer is stopped');
});
