import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TestKafka } from './testing/test-kafka.js';

describe('the topics of a Kafka subscription', () => {
  let kafka: TestKafka;
  beforeEach(async () => void (kafka = await TestKafka.open()));
  afterEach(() => kafka.close());

  const open = async (config: Readonly<Record<string, string>> = {}) => {
    const topic = await kafka.topic(1, config);
    const overtaking = { order: 'none', onFailingKey: 'overtake', terminal: false } as const;
    const subscription = kafka.subscription(topic, { ...overtaking, delaysMs: [1_000] });
    return { topic, subscription, stem: `${topic}.${subscription.name}` };
  };
  const create = (name: string, config: Readonly<Record<string, string>> = {}) =>
    kafka.createTopic({ name, numPartitions: 1, config: { 'retention.ms': '-1', ...config } });

  it('have no problem as they are declared', async () => {
    const { subscription } = await open();
    await kafka.besides(subscription);
    expect(await kafka.adapter().problemsWith(subscription)).toEqual([]);
  });

  it('must not lose a confirmed message with one broker, nor a waiting one by its key or by size', async () => {
    const { topic, subscription, stem } = await open({ 'min.insync.replicas': '1' });
    await create(`${stem}.dlq`, { 'cleanup.policy': 'compact' });
    await create(`${stem}.retry.1s`, { 'retention.bytes': '1000000', 'retention.ms': '1000' });
    await create(`${stem}.inlet`, { 'cleanup.policy': 'compact,delete', 'max.message.bytes': '5000' });

    const problems = await kafka.adapter().problemsWith(subscription);

    const span = 'below the 61100 ms that all retries may take';
    expect(problems.map((problem) => problem.replace(`subscription ${subscription.name}: `, ''))).toEqual([
      `min.insync.replicas of ${topic} is 1, so one broker's death may lose what was confirmed: set it to 2`,
      `retention.ms of ${stem}.retry.1s is 1000, ${span}`,
      `cleanup.policy of ${stem}.dlq is compact, so a key keeps one message only: set it to delete`,
      `retention.bytes of ${stem}.retry.1s is 1000000, so a flood pushes messages out: set it to -1`,
      `cleanup.policy of ${stem}.inlet is compact,delete, so a key keeps one message only: set it to delete`,
      `max.message.bytes of ${stem}.inlet is 5000, below the 1048588 that come: raise it`,
    ]);
  });

  it('must have three replicas where there are three brokers, no stale leader, and room for what is sent', async () => {
    const name = await kafka.createTopic({
      replicaAssignment: [{ partition: 0, replicas: [1] }],
      config: {
        'min.insync.replicas': '1',
        'unclean.leader.election.enable': 'true',
        'max.message.bytes': '30000',
      },
    });
    const subscription = kafka.subscription(name);
    const problems = await kafka.adapter().problemsWith(subscription);
    expect(problems.map((problem) => problem.replace(`subscription ${subscription.name}: `, ''))).toEqual([
      `unclean.leader.election.enable of ${name} is true, so a stale copy may lead, and what was confirmed is gone: set it to false`,
      `replicas of ${name} are 1, so it stands still or is lost with its brokers: expected 3`,
      `max.message.bytes of ${name} is 30000, below the 1048588 that are sent: raise it`,
    ]);
  });

  it('cannot be read with a session timeout that the brokers refuse', async () => {
    const { subscription } = await open();
    await kafka.besides(subscription);
    const adapter = kafka.adapter({ sessionTimeoutMs: 2_000_000 });
    expect(await adapter.problemsWith(subscription)).toEqual(
      [1, 2, 3].map(
        (node) =>
          `group.max.session.timeout.ms of broker ${node} is 1800000, so no consumer can join: expected 2000000 or more`,
      ),
    );
  });
});
