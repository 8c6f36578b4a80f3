import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@waybill/test-kit';
import { readHistory } from './read-history.js';
import { testBrokers } from './testing/test-environment.js';
import { TestKafka } from './testing/test-kafka.js';

const given = { brokers: testBrokers(), clientId: 'test' };

describe('reading what a topic held', () => {
  let kafka: TestKafka;
  beforeEach(async () => void (kafka = await TestKafka.open()));
  afterEach(() => kafka.close());

  const read = async (topic: string, until: ReadonlyMap<number, bigint>): Promise<string[]> => {
    const seen: string[] = [];
    await readHistory(
      { topic, until },
      (messages, { partition }) =>
        void seen.push(...messages.map(({ body, offset }) => `${partition}/${offset} ${Buffer.from(body)}`)),
      given,
    );
    return seen.toSorted();
  };

  it('shows each partition from its first message up to the asked offset, and leaves no group behind', async () => {
    const topic = await kafka.topic(3);
    const at = (partition: number, value: string) => ({ partition, value });
    await kafka.send(topic, at(0, 'a'), at(0, 'b'), at(0, 'c'), at(1, 'd'), at(2, 'e'));
    const until = new Map([
      [0, 2n],
      [1, 1n],
      [2, 0n],
    ]);
    expect(await read(topic, until)).toEqual(['0/0 a', '0/1 b', '1/0 d']);
    expect(await read(topic, new Map())).toEqual([]);
    const { groups } = await kafka.admin.listGroups();
    expect(groups.filter(({ groupId }) => groupId.includes(topic))).toEqual([]);
  }, 60_000);

  it('is refused where the beginning is no longer kept', async () => {
    const topic = await kafka.topic(1);
    await kafka.send(topic, { value: 'a' }, { value: 'b' });
    // kafkajs looks for the leader before it asks who that is, so that the first try may find none.
    const partitions = [{ partition: 0, offset: '1' }];
    await eventually(() => kafka.admin.deleteTopicRecords({ topic, partitions }));
    await expect(read(topic, new Map([[0, 2n]]))).rejects.toThrow(`${topic}/0 begins at 1`);
  }, 60_000);
});
