import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { stdout } from 'node:process';
import { eventually } from '@waybill/test-kit';
import { Feed, readSums, SummingProcess } from './testing/summing.js';
import { TestKafka } from './testing/test-kafka.js';

const kills = 5;
/** A kill may come too late for the transaction whose records were seen; then there are more. */
const mostKills = 25;

describe('a process killed while it reads, adds up and writes', () => {
  let kafka: TestKafka;
  const processes: SummingProcess[] = [];
  beforeEach(async () => void (kafka = await TestKafka.open()));
  afterEach(async () => {
    for (const process of processes) await process.kill();
    await kafka.close();
  });

  const written = async (topic: string) =>
    (await kafka.admin.fetchTopicOffsets(topic)).reduce((sum, { high }) => sum + Number(high), 0);

  /** Resolves as soon as there is more: records, most likely, whose transaction still has its offset to write and to end. */
  const more = async (topic: string) => {
    const before = await written(topic);
    while ((await written(topic)) === before);
  };

  const abortedIn = async (topic: string) => {
    const { records: all } = await readSums(kafka, topic, true);
    return all - (await readSums(kafka, topic, false)).records;
  };

  it(`counts each message exactly once for who reads what is committed, at least ${kills} times over`, async () => {
    const [from, to] = [await kafka.topic(3), await kafka.topic(1)];
    const { name: group } = kafka.subscription(from);
    const start = () => {
      const process = SummingProcess.start({ FROM: from, TO: to, GROUP: group });
      processes.push(process);
      return process;
    };
    const feed = new Feed(kafka.adapter().publisher('feed'), from);
    kafka.closeLater(() => feed.stop());
    let process = start();
    let killed = 0;
    do {
      const before = await written(to);
      const enough = before + 20 + 10 * killed;
      await eventually(async () => expect(await written(to)).toBeGreaterThan(enough), 40_000);
      const expelDead = await kafka.expelLater(group);
      await more(to);
      await process.kill();
      await expelDead();
      process = start();
      killed++;
    } while (killed < kills || (killed < mostKills && (await abortedIn(to)) <= 0));
    await feed.stop();
    const ends = (await kafka.admin.fetchTopicOffsets(from))
      .toSorted((a, b) => a.partition - b.partition)
      .map(({ high }) => Number(high));
    await eventually(async () => expect(await kafka.committed(group, from)).toEqual(ends), 60_000);

    expect(ends.reduce((a, b) => a + b)).toBe(feed.count); // each is there once
    const committed = await readSums(kafka, to, false);
    expect([...committed.sums].toSorted()).toEqual([...feed.sums].toSorted());
    const all = await readSums(kafka, to, true);
    stdout.write(
      `transactions, ${killed} SIGKILLs: ${ends.reduce((a, b) => a + b)} read, ${committed.records} sums committed, ` +
        `${all.records - committed.records} aborted\n`,
    );
    expect(all.records).toBeGreaterThan(committed.records); // else the kills met nothing
  }, 240_000);
});
