import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createClient } from '@redis/client';
import type { InboxVerdict } from '@waybill/messaging';
import { eventually } from '@waybill/test-kit';
import { randomUUID } from 'node:crypto';
import { claimOf, remembersWhatWasHandled } from '../testing/store-behaviour.js';
import { RedisInbox, type RedisInboxOptions } from './index.js';

// As long as the waits within may take on a busy machine.

const url = process.env['REDIS_URL']!;
const subscription = `s-${randomUUID()}`;
const opened: RedisInbox[] = [];
const redis = createClient({ url, RESP: 2 });

beforeAll(() => redis.connect());
afterAll(async () => {
  for (const inbox of opened) inbox.close();
  await redis.close();
});

/** One process with its inbox. */
async function open(change: Partial<RedisInboxOptions> = {}): Promise<RedisInbox> {
  const inbox = new RedisInbox({ url, ...change });
  opened.push(inbox);
  await inbox.start();
  return inbox;
}

/** Longer than this process is ever held up, so that no lease runs out but those left to. */
const short = { leaseMs: 1_500, renewEveryMs: 200 };

async function claim(inbox: RedisInbox, wanted: ReturnType<typeof claimOf>, owner: string) {
  const verdicts = await inbox.claim(subscription, [wanted], {} as never, owner);
  return verdicts.get(wanted.messageId) as InboxVerdict;
}

const keyOf = (messageId: string) => `waybill:{${subscription}/${messageId}}`;
const kept = async (messageId: string) => JSON.parse((await redis.get(keyOf(messageId))) ?? 'null');
const serverMs = async () => {
  const [seconds, micros] = (await redis.sendCommand(['TIME'])) as unknown as [string, string];
  return Number(seconds) * 1000 + Number(micros) / 1000;
};

// Every run of the shared tests draws fresh ids, so that their subscription names may be anybody's.
remembersWhatWasHandled(async () => {
  const store = await open({
    leaseMs: 10_000,
    renewEveryMs: 5_000,
    processingMs: 60_000,
    completedMs: 60_000,
  });
  return { store, database: { transaction: (work) => work({} as never) }, close: async () => undefined };
});

test('a claim is kept with owner, body hash and a lease of 120 s for an hour, and then for 7 days', async () => {
  const inbox = await open();
  const message = claimOf();
  const bodyHash = Buffer.from(message.bodyHash).toString('hex');
  await claim(inbox, message, 'me');
  const { leaseUntil, ...claimed } = await kept(message.messageId);
  expect(claimed).toEqual({ state: 'processing', owner: 'me', bodyHash });
  const leftMs = leaseUntil - (await serverMs());
  expect(leftMs).toBeGreaterThan(115_000);
  expect(leftMs).toBeLessThanOrEqual(120_000);
  expect(await redis.ttl(keyOf(message.messageId))).toBeGreaterThan(3_590);
  expect(await redis.ttl(keyOf(message.messageId))).toBeLessThanOrEqual(3_600);

  await inbox.complete(subscription, [message], 'me');
  expect(await kept(message.messageId)).toEqual({ state: 'completed', owner: 'me', bodyHash });
  expect(await redis.ttl(keyOf(message.messageId))).toBeGreaterThan(604_790);
  expect(await redis.ttl(keyOf(message.messageId))).toBeLessThanOrEqual(604_800);
  await redis.del(keyOf(message.messageId));
});

test('a claim given up leaves nothing', async () => {
  const inbox = await open();
  const message = claimOf();
  await claim(inbox, message, 'me');
  await inbox.release(subscription, [message], 'me');
  expect(await redis.exists(keyOf(message.messageId))).toBe(0);
});

test('a live lease is busy for everybody, whatever the body, and is renewed for as long as the work goes on', async () => {
  const [working, other] = [await open(short), await open(short)];
  const message = claimOf();
  expect(await claim(working, message, 'working')).toBe('new');
  const { leaseUntil } = await kept(message.messageId);

  await eventually(async () => {
    expect(await claim(other, message, 'other')).toBe('busy');
    expect(await claim(other, claimOf(message.messageId, 'changed'), 'other')).toBe('busy');
    expect(await serverMs()).toBeGreaterThan(leaseUntil + short.leaseMs);
  });
  await working.complete(subscription, [message], 'working');
  expect(await claim(other, message, 'other')).toBe('duplicate');
});

test('a lease whose process is gone runs out, and exactly one of many takes it over', async () => {
  const [dying, next] = [await open(short), await open(short)];
  const message = claimOf();
  await claim(dying, message, 'dying');
  dying.close();
  expect(await claim(next, message, 'early')).toBe('busy');

  const { leaseUntil } = await kept(message.messageId);
  await eventually(async () => expect(await serverMs()).toBeGreaterThan(leaseUntil));
  const owners = Array.from({ length: 10 }, (_, index) => `next-${index}`);
  const verdicts = await Promise.all(owners.map((owner) => claim(next, message, owner)));
  expect(verdicts.sort()).toEqual([...Array(9).fill('busy'), 'new']);
});

test('whoever has lost a lease can neither confirm, complete nor give up the claim of its new owner', async () => {
  const [slow, next] = [await open(short), await open(short)];
  const message = claimOf();
  await claim(slow, message, 'slow');
  slow.close();
  const back = await open(short);
  await eventually(async () => expect(await claim(next, message, 'next')).toBe('new'));

  await expect(back.confirm(subscription, [message], 'slow')).rejects.toMatchObject({
    code: 'WAYBILL_INBOX_LEASE_LOST',
    kind: 'infrastructure',
  });
  await back.complete(subscription, [message], 'slow');
  await back.release(subscription, [message], 'slow');
  expect(await kept(message.messageId)).toMatchObject({ state: 'processing', owner: 'next' });
});

test('another body under the id of a run that died is an error: its effects may have been made', async () => {
  const [dying, next] = [await open(short), await open(short)];
  const message = claimOf();
  await claim(dying, message, 'dying');
  dying.close();
  const changed = claimOf(message.messageId, 'changed');
  await eventually(async () => expect(await claim(next, changed, 'next')).toBe('different-body'));

  await next.admitBody(subscription, changed);
  expect(await claim(next, changed, 'next')).toBe('new');
});

test('admitted bodies are remembered as long as the message', async () => {
  const inbox = await open({ completedMs: 3_600_000 * 2, processingMs: 3_600_000 });
  const message = claimOf();
  const corrected = claimOf(message.messageId, 'corrected');
  await inbox.admitBody(subscription, corrected);
  await redis.expire(`${keyOf(message.messageId)}:bodies`, 100);
  await claim(inbox, message, 'me');
  await inbox.complete(subscription, [message], 'me');
  expect(await redis.ttl(`${keyOf(message.messageId)}:bodies`)).toBeGreaterThan(7_190);
});

test('a claim nobody ends is given up after the life of an unfinished one', async () => {
  const inbox = await open({ leaseMs: 300, renewEveryMs: 60, processingMs: 600 });
  const message = claimOf();
  await claim(inbox, message, 'nobody');
  await eventually(async () => expect(await redis.exists(keyOf(message.messageId))).toBe(0));
});

test('times that contradict each other are refused, all at once', () => {
  expect(
    () => new RedisInbox({ url, leaseMs: 100, renewEveryMs: 60, processingMs: 50, completedMs: 0.5 }),
  ).toThrow(
    /completedMs must be a whole number[^]*renewEveryMs[^]*leaseMs must be at most[^]*processingMs must be at most/,
  );
});
