import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Recorder } from './testing/recorder.js';
import { TestBroker } from './testing/test-broker.js';

describe('a subscription in RabbitMQ', () => {
  let rabbit: TestBroker;
  beforeEach(async () => void (rabbit = await TestBroker.open()));
  afterEach(() => rabbit.close());

  it('without a bound dead-letter route is told so; a bound one keeps nothing of the probe', async () => {
    const subscription = await rabbit.subscription();
    const exchange = await rabbit.exchange('direct');
    const broker = rabbit.adapter({ deadLetterRoute: (queue) => ({ exchange, routingKey: queue }) });
    expect(await broker.problemsWith(subscription)).toEqual([
      expect.stringContaining(`no dead-letter queue is bound to ${exchange} with key ${subscription.name}`),
    ]);

    const deadLetters = `${subscription.name}.dlq`;
    await rabbit.channel.bindQueue(deadLetters, exchange, subscription.name);
    expect(await broker.problemsWith(subscription)).toEqual([]);
    expect(await rabbit.depth(deadLetters)).toBe(0);
  });

  it('without its queues is told of each', async () => {
    const subscription = await rabbit.subscription({ delaysMs: [1_000] });
    for (const end of ['inlet', 'retry.1s']) await rabbit.channel.deleteQueue(`${subscription.name}.${end}`);
    const problems = await rabbit.adapter().problemsWith(subscription);
    expect(problems.join('\n')).toContain(`queue ${subscription.name}.inlet is missing`);
    expect(problems.join('\n')).toContain(`queue ${subscription.name}.retry.1s is missing`);
    expect(problems).toHaveLength(2);
  });

  it('takes control messages from its inlet, and counts what waits', async () => {
    const subscription = await rabbit.subscription({ prefetch: 1 });
    for (const body of ['a', 'b', 'c']) rabbit.send(subscription.name, Buffer.from(body));
    rabbit.send(`${subscription.name}.inlet`, Buffer.from('control'));
    const recorder = new Recorder();
    const consumer = rabbit.adapter().consumer(subscription, recorder.take);
    await consumer.start();
    const deliveries = await recorder.atLeast(2);
    expect(deliveries.map(({ origin }) => origin.via).sort()).toEqual(['address', 'inlet']);
    expect(await consumer.waiting()).toBe(2);
  });
});
