import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Recorder, untilAnswered } from '@waybill/test-kit';
import { problemOf } from './subscription-problems.js';
import { TestBroker, subscriptionOf } from './testing/test-broker.js';

describe('a subscription in RabbitMQ', () => {
  let rabbit: TestBroker;
  beforeEach(async () => void (rabbit = await TestBroker.open()));
  afterEach(() => rabbit.close());

  /** Its exchange for dead letters is there, but nothing is bound to it. */
  const routed = async () => {
    const exchange = await rabbit.exchange('direct');
    const broker = rabbit.adapter({ deadLetterRoute: (routingKey) => ({ exchange, routingKey }) });
    return { subscription: await rabbit.subscription(), exchange, broker };
  };
  const bound = async () => {
    const all = await routed();
    const { name } = all.subscription;
    await rabbit.channel.bindQueue(`${name}.dlq`, all.exchange, name);
    return all;
  };

  it('without a bound dead-letter route is told so; a bound one keeps nothing of the probe', async () => {
    const { subscription, exchange, broker } = await routed();
    expect(await broker.problemsWith(subscription)).toEqual([
      expect.stringContaining(`no dead-letter queue is bound to ${exchange} with key ${subscription.name}`),
    ]);

    const deadLetters = `${subscription.name}.dlq`;
    await rabbit.channel.bindQueue(deadLetters, exchange, subscription.name);
    expect(await broker.problemsWith(subscription)).toEqual([]);
    await untilAnswered(async () => (await rabbit.depth(deadLetters)) === 0 || undefined);
  });

  it('whose queue is of another kind than declared is told how to migrate it', async () => {
    const subscription = await rabbit.subscription();
    const declared = (kind: string) => [
      { name: subscription.name, arguments: { 'x-queue-type': kind }, bindings: [] },
    ];
    const [same, other] = ['classic', 'quorum'].map((kind) => rabbit.adapter({ queues: declared(kind) }));
    expect(await same!.problemsWith(subscription)).toEqual([]);
    expect(await other!.problemsWith(subscription)).toEqual([
      expect.stringContaining(`rabbitmqctl delete_queue ${subscription.name} --if-empty`),
    ]);
  });

  it('without its queues is told of each', async () => {
    const subscription = await rabbit.subscription({ delaysMs: [1_000] });
    for (const end of ['inlet', 'retry.1s']) await rabbit.channel.deleteQueue(`${subscription.name}.${end}`);
    const problems = await rabbit.adapter().problemsWith(subscription);
    expect(problems.join('\n')).toContain(`queue ${subscription.name}.inlet is missing`);
    expect(problems.join('\n')).toContain(`queue ${subscription.name}.retry.1s is missing`);
    expect(problems).toHaveLength(2);
  });

  it('without the dead-letter exchange itself is told so too', async () => {
    const subscription = await rabbit.subscription();
    const exchange = rabbit.name();
    const broker = rabbit.adapter({ deadLetterRoute: (routingKey) => ({ exchange, routingKey }) });
    expect(await broker.problemsWith(subscription)).toEqual([
      expect.stringContaining(`no dead-letter queue is bound to ${exchange}`),
    ]);
  });

  it('finds the dead letters as they were: no probe among them, neither to a look nor to a reader', async () => {
    const { subscription, broker } = await bound();
    const deadLetters = `${subscription.name}.dlq`;
    rabbit.send(deadLetters, Buffer.from('dead'));
    expect(await broker.problemsWith(subscription)).toEqual([]);
    expect((await rabbit.next(deadLetters)).content.toString()).toBe('dead');
    await untilAnswered(async () => (await rabbit.depth(deadLetters)) === 0 || undefined);

    const reader = new Recorder();
    await broker.consumer(subscriptionOf(deadLetters, { prefetch: 1 }), reader.take).start();
    expect(await broker.problemsWith(subscription)).toEqual([]);
    rabbit.send(deadLetters, Buffer.from('after the probe'));
    await reader.atLeast(1);
    expect(reader.texts).toEqual(['after the probe']);
  });

  const ordered = { order: 'key', singleActiveConsumer: true, onFailingKey: 'park' } as const;
  const limits = { 'x-message-ttl': 86_400_000, 'x-delivery-limit': 200, 'x-dead-letter-exchange': 'd' };
  it.each([
    ['a single active consumer', { 'x-single-active-consumer': true }, []],
    ['competing consumers', {}, ['is declared without x-single-active-consumer']],
    [
      'a single active consumer and priorities',
      { 'x-single-active-consumer': true, 'x-max-priority': 10 },
      ['is declared with x-max-priority'],
    ],
    [
      'competing consumers and priorities',
      { 'x-max-priority': 10 },
      ['is declared with x-max-priority', 'is declared without x-single-active-consumer'],
    ],
  ])('with order key on a classic queue with %s', async (_, queueArguments, problems) => {
    const classic = { 'x-queue-type': 'classic', 'x-message-ttl': 86_400_000, ...queueArguments };
    const subscription = await rabbit.subscription(ordered, classic);
    const found = await rabbit.adapter().problemsWith(subscription);
    expect(found).toEqual(problems.map((problem) => expect.stringContaining(problem)));
  });

  it('with order key on a quorum queue of many arguments is judged by the one that counts', async () => {
    const quorum = { 'x-queue-type': 'quorum', ...limits };
    const good = await rabbit.subscription(ordered, { ...quorum, 'x-single-active-consumer': true });
    expect(await rabbit.adapter().problemsWith(good)).toEqual([]);
    const bad = await rabbit.subscription(ordered, quorum);
    expect(await rabbit.adapter().problemsWith(bad)).toEqual([
      expect.stringContaining('is declared without x-single-active-consumer'),
    ]);
  });

  it('without order may have competing consumers and priorities', async () => {
    const priorities = { 'x-queue-type': 'classic', 'x-max-priority': 10 };
    const subscription = await rabbit.subscription({ order: 'none' }, priorities);
    expect(await rabbit.adapter().problemsWith(subscription)).toEqual([]);
  });

  it('cannot be judged while the broker is away', async () => {
    const subscription = await rabbit.subscription();
    const proxy = await rabbit.proxy();
    proxy.refuse();
    const broker = rabbit.adapter({ url: proxy.url });
    await expect(broker.problemsWith(subscription)).rejects.toThrow();
  });

  it('cannot be judged while its queue is only out of reach, which is no reason to declare it again', () => {
    const message = "NOT_FOUND - home node 'rabbit@b' of durable queue 'q' is down or inaccessible";
    const away = Object.assign(new Error(message), { code: 404 });
    const locked = Object.assign(new Error('RESOURCE_LOCKED'), { code: 405 });
    expect(() => problemOf('q', away)).toThrow(away);
    expect(problemOf('q', locked)).toBe('queue q cannot be looked at: RESOURCE_LOCKED');
  });
});
