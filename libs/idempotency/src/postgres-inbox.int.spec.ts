import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { InboxClaim, SqlDatabase } from '@waybill/messaging';
import { pgDatabase } from '@waybill/outbox';
import { throwawayDatabase, type ThrowawayDatabase } from '@waybill/test-kit';
import pg from 'pg';
import { inboxSql } from './inbox-sql.js';
import { PostgresInbox } from './postgres-inbox.js';
import { claimOf, claimsOf, remembersWhatWasHandled } from './testing/store-behaviour.js';

let throwaway: ThrowawayDatabase;
let pool: pg.Pool;
let database: SqlDatabase;
const inbox = new PostgresInbox();

beforeAll(async () => {
  throwaway = await throwawayDatabase({ sql: await readFile(inboxSql, 'utf8') });
  pool = new pg.Pool({ connectionString: throwaway.url, max: 6 });
  // The drop may cut a connection that is still closing.
  pool.on('error', () => undefined);
  database = pgDatabase(pool);
});
afterAll(async () => {
  await pool.end();
  await throwaway.drop();
});

const claim = (wanted: readonly InboxClaim[], subscription = 's') =>
  database.transaction(async (transaction) => [
    ...(await inbox.claim(subscription, wanted, transaction)).values(),
  ]);

/** Claims, then stays open until told how to end. */
function openClaim(wanted: readonly InboxClaim[]) {
  const claimed = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const ended = database.transaction(async (transaction) => {
    const verdicts = await inbox.claim('s', wanted, transaction);
    claimed.resolve();
    await end.promise;
    return [...verdicts.values()];
  });
  return {
    claimed: claimed.promise,
    ended,
    commit: end.resolve,
    rollBack: () => end.reject(new Error('rolled back')),
  };
}

async function someoneWaits(): Promise<void> {
  for (;;) {
    const { rows } = await pool.query(
      'SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = $1',
      ['Lock'],
    );
    if (rows.length > 0) return;
  }
}

remembersWhatWasHandled(async () => ({ store: inbox, database, close: async () => undefined }));

test('a claim of a hundred new messages is one statement', async () => {
  const statements: string[] = [];
  const verdicts = await database.transaction((transaction) =>
    inbox.claim('s', claimsOf(100), {
      ...transaction,
      query: (text, parameters) => (statements.push(text), transaction.query(text, parameters)),
    }),
  );
  expect([statements.length, verdicts.size, new Set(verdicts.values())]).toEqual([1, 100, new Set(['new'])]);
});

describe('two transactions that claim the same message', () => {
  test.each([
    { end: 'commit', body: 'body', expected: 'duplicate' },
    { end: 'commit', body: 'changed', expected: 'different-body' },
    { end: 'rollBack', body: 'body', expected: 'new' },
  ] as const)('the second waits; after $end it is $expected', async ({ end, body, expected }) => {
    const [one] = claimsOf(1) as [InboxClaim];
    const first = openClaim([one]);
    await first.claimed;
    const second = claim([claimOf(one.messageId, body)]);
    await someoneWaits();
    first[end]();
    await first.ended.catch((error: unknown) => expect(String(error)).toContain('rolled back'));
    expect(await second).toEqual([expected]);
  });
});
