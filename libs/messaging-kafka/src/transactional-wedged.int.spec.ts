import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { systemClock, type MessagingEvent } from '@waybill/messaging';
import { eventually, untilAnswered } from '@waybill/test-kit';
import { LossySockets } from './testing/lossy-sockets.js';
import type { ProxiedBrokers } from './testing/proxied-brokers.js';
import { readSums } from './testing/summing.js';
import { sumsPerMinute } from './testing/sums-per-minute.js';
import { testBrokers } from './testing/test-environment.js';
import { TestKafka } from './testing/test-kafka.js';
import { TransactionalLane } from './transactional-lane.js';

let kafka: TestKafka;
beforeEach(async () => void (kafka = await TestKafka.open()));
afterEach(() => kafka.close());

/** Writes sums of what has two words; any other message writes nothing. */
async function laneWatched(proxies?: ProxiedBrokers, reads: (text: string) => void = () => undefined) {
  const [from, to] = [await kafka.topic(1), await kafka.topic(1)];
  const sockets = new LossySockets();
  const wedged: MessagingEvent[] = [];
  const clock = { aheadMs: 0 };
  const read: string[] = [];
  let looks = 0;
  const lane = new TransactionalLane(
    {
      group: kafka.subscription(from).name,
      from,
      process: (messages) => {
        const texts = messages.map(({ body }) => Buffer.from(body).toString());
        read.push(...texts);
        texts.forEach(reads);
        return texts.every((text) => text.includes(' ')) ? sumsPerMinute(messages, to) : [];
      },
    },
    {
      brokers: testBrokers(),
      clientId: 'test',
      socketFactory: (proxies ?? sockets).socketFactory,
      events: { emit: (event) => event.kind === 'wedged' && void wedged.push(event) },
      clock: { ...systemClock, now: () => (looks++, Date.now() + clock.aheadMs) },
    },
    { lookEveryMs: 200 },
  );
  kafka.closeLater(() => lane.close());
  await lane.start();
  return { lane, from, to, sockets, wedged, clock, read, looks: () => looks };
}

test('a lane that fetches no more while its process looks healthy joins anew, and goes on', async () => {
  const { lane, from, to, sockets, wedged, clock } = await laneWatched();
  const sums = async () => (await readSums(kafka, to, false)).sums;
  await kafka.send(from, { value: 'm 1' });
  await eventually(async () => expect(await sums()).toEqual(new Map([['m', 1]])), 20_000);

  sockets.lose('fetch');
  await untilAnswered(() => sockets.lost > 0 || undefined);
  await kafka.send(from, { value: 'm 10' });
  clock.aheadMs = 120_000; // instead of waiting for it
  await eventually(async () => expect(await sums()).toEqual(new Map([['m', 11]])), 20_000);
  expect(wedged).toEqual([expect.objectContaining({ remedy: 'rebuilt' })]);
  await eventually(() => expect(lane.status).not.toHaveProperty('wedged'));
}, 60_000);

test('what was read and wrote nothing, and hence is not committed, does not count as waiting', async () => {
  const { from, wedged, clock, read, looks } = await laneWatched();
  await kafka.send(from, { value: 'nothing' });
  await eventually(() => expect(read).toEqual(['nothing']), 20_000);
  clock.aheadMs = 120_000;
  const before = looks();
  await eventually(() => expect(looks()).toBeGreaterThan(before + 5), 20_000);
  expect(wedged).toEqual([]);
}, 60_000);

test('a lane that is closed while no broker answers ends within a grace period, with a message in hand', async () => {
  const proxies = await kafka.proxies();
  // Between reading and writing it, or its transaction might be through before anybody looks.
  const { lane, from, read } = await laneWatched(proxies, (text) => {
    if (text === 'm 2') proxies.swallowAnswers();
  });
  await kafka.send(from, { value: 'm 1' });
  await eventually(() => expect(read).toEqual(['m 1']), 20_000);
  await kafka.send(from, { value: 'm 2' });
  await eventually(() => expect(read).toHaveLength(2), 20_000);
  expect(lane.status.held).toBe(1);
  const startedAt = performance.now();
  await lane.close();
  expect(performance.now() - startedAt).toBeLessThan(20_000);
}, 90_000);
