import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Topology } from '@waybill/messaging';
import { serverVersion } from './server-version.js';
import { TestBroker } from './testing/test-broker.js';
import { applyRabbitmqTopology, checkRabbitmqTopology } from './topology.js';

describe('the RabbitMQ topology', () => {
  let rabbit: TestBroker;
  beforeEach(async () => void (rabbit = await TestBroker.open()));
  afterEach(() => rabbit.close());

  const declared = async (): Promise<Pick<Topology, 'rabbitmq'>> => {
    const exchange = await rabbit.exchange('topic');
    await rabbit.channel.deleteExchange(exchange);
    const queue = {
      name: rabbit.name(),
      arguments: { 'x-queue-type': 'classic', 'x-max-priority': 10 },
      bindings: [{ exchange, routingKey: 'order.*' }],
    };
    return { rabbitmq: { exchanges: [{ name: exchange, type: 'topic' }], queues: [queue] } };
  };

  it('declares exchanges, queues and bindings, and may be applied again', async () => {
    const topology = await declared();
    const [exchange, queue] = [topology.rabbitmq.exchanges[0]!.name, topology.rabbitmq.queues[0]!.name];

    await applyRabbitmqTopology(topology, rabbit);
    await applyRabbitmqTopology(topology, rabbit);
    await checkRabbitmqTopology(topology, rabbit);

    rabbit.channel.publish(exchange, 'order.created', Buffer.from('routed'));
    expect((await rabbit.next(queue)).content.toString()).toBe('routed');
  });

  it('names everything that is missing', async () => {
    const topology = await declared();
    const [exchange, queue] = [topology.rabbitmq.exchanges[0]!.name, topology.rabbitmq.queues[0]!.name];

    await expect(checkRabbitmqTopology(topology, rabbit)).rejects.toMatchObject({
      code: 'WAYBILL_RABBITMQ_TOPOLOGY',
      problems: [
        `exchange "${exchange}" is missing: apply the topology`,
        `queue "${queue}" is missing: apply the topology`,
      ],
    });
    await expect(rabbit.depth(queue))
      .rejects.toThrow('NOT_FOUND')
      .finally(() => rabbit.renewChannel());
  });

  it('names a queue that exists with other arguments and says how to migrate, and declares the rest', async () => {
    const topology = await declared();
    const [queue] = topology.rabbitmq.queues;
    const other = { name: rabbit.name(), arguments: {}, bindings: [] };
    await rabbit.channel.assertQueue(queue!.name, { arguments: { 'x-queue-type': 'quorum' } });
    const both = { rabbitmq: { ...topology.rabbitmq, queues: [queue!, other] } };

    for (const compare of [applyRabbitmqTopology, checkRabbitmqTopology]) {
      const error = await compare(both, rabbit).catch((thrown: Error) => thrown);
      expect(String(error)).toContain(`queue "${queue!.name}" exists with other properties`);
      expect(String(error)).toContain(`rabbitmqctl delete_queue ${queue!.name} --if-empty`);
    }
    expect(await rabbit.depth(other.name)).toBe(0);
  });

  it.each([
    ['3.13', 'classic'],
    ['4.1', 'quorum'],
  ])('declares what the version wants: a broker that calls itself %s gets a %s queue', async (says, kind) => {
    const name = rabbit.name();
    const queue = {
      name,
      arguments: { 'x-queue-type': 'quorum' },
      argumentsBelow4: { 'x-queue-type': 'classic', 'x-max-priority': 10 },
      bindings: [],
    };
    const [asked, other] = [
      await rabbit.calledVersion(says),
      await rabbit.calledVersion(says === '4.1' ? '3.13' : '4.1'),
    ];
    const topology = { rabbitmq: { exchanges: [], queues: [queue] } };

    await applyRabbitmqTopology(topology, asked);
    await checkRabbitmqTopology(topology, asked);

    await expect(rabbit.channel.assertQueue(name, { arguments: { 'x-queue-type': kind, 'x-max-length': 1 } }))
      .rejects.toThrow("inequivalent arg 'x-max-")
      .finally(() => rabbit.renewChannel());
    for (const compare of [applyRabbitmqTopology, checkRabbitmqTopology])
      await expect(compare(topology, other)).rejects.toThrow(`rabbitmqctl delete_queue ${name} --if-empty`);
  });

  it('knows the version of the broker', async () => {
    expect(await serverVersion(rabbit)).toMatch(/^\d+\.\d+\.\d+/);
  });
});
