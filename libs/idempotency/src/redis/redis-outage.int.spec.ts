import { afterEach, expect, test } from '@jest/globals';
import type { InboxClaim, InboxVerdict, MessagingEvent } from '@waybill/messaging';
import { eventually, TcpProxy } from '@waybill/test-kit';
import { OwnRedis } from '../testing/own-redis.js';
import { claimOf } from '../testing/store-behaviour.js';
import { RedisInbox, type RedisInboxOptions } from './index.js';

// As long as the waits within may take on a busy machine.

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function server(policy?: string): Promise<OwnRedis> {
  const redis = await OwnRedis.start(policy);
  closers.push(() => redis.stop());
  return redis;
}

function inboxOn(redis: OwnRedis, change: Partial<RedisInboxOptions> = {}): RedisInbox {
  const inbox = new RedisInbox({ url: redis.url, silenceMs: 500, ...change });
  closers.push(() => inbox.close());
  return inbox;
}

async function startedOn(redis: OwnRedis, change?: Partial<RedisInboxOptions>): Promise<RedisInbox> {
  const inbox = inboxOn(redis, change);
  await inbox.start();
  return inbox;
}

async function claim(inbox: RedisInbox, message: InboxClaim, owner: string): Promise<InboxVerdict> {
  const verdicts = await inbox.claim('s', [message], {} as never, owner);
  return verdicts.get(message.messageId)!;
}

const handle = async (inbox: RedisInbox, message: InboxClaim, owner: string) => {
  expect(await claim(inbox, message, owner)).toBe('new');
  await inbox.confirm('s', [message], owner);
  await inbox.complete('s', [message], owner);
};

const away = { code: 'WAYBILL_REDIS_AWAY', kind: 'infrastructure' };
const evicting = { code: 'WAYBILL_REDIS_EVICTS', kind: 'infrastructure' };

test.each(['allkeys-lru', 'volatile-ttl'])(
  'a server that evicts by %s is refused at the start, with what to set instead',
  async (policy) => {
    const starting = inboxOn(await server(policy)).start();
    await expect(starting).rejects.toMatchObject(evicting);
    await expect(starting).rejects.toThrow(/maxmemory-policy noeviction/);
  },
);

test('a server found to evict after a reconnect is refused until its policy is right again', async () => {
  const redis = await server();
  const inbox = await startedOn(redis);
  await redis.restart('allkeys-random');
  await eventually(() => expect(claim(inbox, claimOf(), 'me')).rejects.toMatchObject(evicting));
  await expect(inbox.known('s', [claimOf()])).rejects.toMatchObject(evicting);

  await redis.ask('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
  expect(await claim(inbox, claimOf(), 'me')).toBe('new');
});

test('a server whose policy is set wrong while it is connected is refused at the next renewal', async () => {
  const redis = await server();
  const inbox = await startedOn(redis, { renewEveryMs: 50 });
  await redis.ask('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
  await eventually(() => expect(claim(inbox, claimOf(), 'me')).rejects.toMatchObject(evicting));
});

test('a server that is away at the start is waited for', async () => {
  const redis = await server();
  await redis.kill();
  const events: MessagingEvent[] = [];
  const inbox = inboxOn(redis, { events: { emit: (event) => void events.push(event) } });
  const starting = inbox.start();
  await expect(claim(inbox, claimOf(), 'me')).rejects.toMatchObject(away);
  await eventually(() =>
    expect(events).toEqual([expect.objectContaining({ kind: 'connection', broker: 'redis', state: 'lost' })]),
  );

  await redis.up();
  await starting;
  expect(await claim(inbox, claimOf(), 'me')).toBe('new');
  expect(events.at(-1)).toEqual({ kind: 'connection', broker: 'redis', state: 'connected' });
});

test('a killed server that syncs every write forgets nothing, and what was given up meanwhile is free', async () => {
  const redis = await server();
  const [inbox, other] = [await startedOn(redis), await startedOn(redis)];
  const [handled, working, given] = [claimOf(), claimOf(), claimOf()];
  await handle(inbox, handled, 'first');
  await claim(inbox, working, 'working');
  await claim(inbox, given, 'given');

  await redis.kill();
  await expect(claim(inbox, claimOf(), 'me')).rejects.toMatchObject(away);
  await expect(inbox.complete('s', [working], 'working')).rejects.toMatchObject(away);
  await inbox.release('s', [given], 'given');

  await redis.up();
  await eventually(async () => expect(await claim(other, handled, 'other')).toBe('duplicate'));
  expect(await claim(other, working, 'other')).toBe('busy');
  await eventually(async () => expect(await claim(other, given, 'other')).toBe('new'));
  await eventually(() => inbox.complete('s', [working], 'working'));
  expect(await claim(other, working, 'other')).toBe('duplicate');
});

test('a frozen server fails its callers soon, and a claim it carries out too late does not stay', async () => {
  const redis = await server();
  const events: MessagingEvent[] = [];
  const inbox = await startedOn(redis, { events: { emit: (event) => void events.push(event) } });
  const other = await startedOn(redis);
  const late = claimOf();
  // From now on the server knows the script, and can carry a claim out that it read before it thaws.
  await handle(inbox, claimOf(), 'first');
  redis.freeze();
  const askedAt = Date.now();
  await expect(claim(inbox, late, 'frozen')).rejects.toMatchObject(away);
  expect(Date.now() - askedAt).toBeLessThan(5_000);
  await eventually(() => expect(claim(other, late, 'other')).rejects.toMatchObject(away));

  redis.thaw();
  await eventually(() => expect(events.at(-1)).toMatchObject({ state: 'connected' }));
  await eventually(async () => expect(await claim(other, late, 'other')).toBe('new'));
});

test('a full server is away: nothing is claimed or forgotten', async () => {
  const redis = await server();
  const inbox = await startedOn(redis);
  const handled = claimOf();
  await handle(inbox, handled, 'me');
  await redis.ask('CONFIG', 'SET', 'maxmemory', '1');
  await expect(claim(inbox, claimOf(), 'me')).rejects.toMatchObject(away);

  await redis.ask('CONFIG', 'SET', 'maxmemory', '0');
  expect(await claim(inbox, handled, 'me')).toBe('duplicate');
});

test('a flushed server has every message that comes again handled again: at least once', async () => {
  const redis = await server();
  const inbox = await startedOn(redis);
  const message = claimOf();
  await handle(inbox, message, 'first');
  expect(await claim(inbox, message, 'second')).toBe('duplicate');
  await redis.ask('FLUSHALL');
  await handle(inbox, message, 'third');
});

test('a flush takes no claim from a run that goes on, if it renews before anybody else comes', async () => {
  const redis = await server();
  const inbox = await startedOn(redis, { leaseMs: 2_000, renewEveryMs: 50 });
  const message = claimOf();
  await claim(inbox, message, 'working');
  await redis.ask('FLUSHALL');
  await eventually(async () => expect(await redis.ask('DBSIZE')).toBe(1));
  expect(await claim(inbox, message, 'other')).toBe('busy');
});

test('a run whose claim was flushed and taken by another learns it before its commit', async () => {
  const redis = await server();
  const inbox = await startedOn(redis);
  const message = claimOf();
  await claim(inbox, message, 'first');
  await redis.ask('FLUSHALL');
  expect(await claim(inbox, message, 'second')).toBe('new');
  await expect(inbox.confirm('s', [message], 'first')).rejects.toMatchObject({
    code: 'WAYBILL_INBOX_LEASE_LOST',
  });
  await inbox.release('s', [message], 'first');
  await inbox.confirm('s', [message], 'second');
});

test('what was handled is remembered also when the flush came between its commit and its completion', async () => {
  const redis = await server();
  const inbox = await startedOn(redis);
  const message = claimOf();
  await claim(inbox, message, 'me');
  await inbox.confirm('s', [message], 'me');
  await redis.ask('FLUSHALL');
  await inbox.complete('s', [message], 'me');
  expect(await claim(inbox, message, 'other')).toBe('duplicate');
});

test('a server that a failover has made a replica is left for the one that its address leads to by then', async () => {
  const [before, after] = [await server(), await server()];
  const address = await TcpProxy.to(new URL(before.url));
  closers.push(() => address.close());
  const inbox = inboxOn(before, { url: address.url });
  await inbox.start();
  await handle(inbox, claimOf(), 'me');

  await before.ask('REPLICAOF', ...new URL(after.url).host.split(':'));
  address.leadTo(new URL(after.url));
  await expect(claim(inbox, claimOf(), 'me')).rejects.toMatchObject(away);
  await eventually(() => handle(inbox, claimOf(), 'me'));
});
