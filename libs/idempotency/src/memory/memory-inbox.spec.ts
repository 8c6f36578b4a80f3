import { expect, test } from '@jest/globals';
import type { InboxVerdict } from '@waybill/messaging';
import { MemoryDatabase } from './memory-database.js';
import { MemoryInbox } from './memory-inbox.js';

const database = new MemoryDatabase();
const inbox = new MemoryInbox();

const claim = (messageId: string, body = 'body', end = async () => {}): Promise<InboxVerdict | undefined> =>
  database.transaction(async (transaction) => {
    const claims = [{ messageId, bodyHash: Buffer.from(body) }];
    const verdicts = await inbox.claim('s', claims, transaction);
    await end();
    return verdicts.get(messageId);
  });

test('a message is new once, and the same id with another body is told apart', async () => {
  expect([await claim('a'), await claim('a'), await claim('a', 'changed')]).toEqual([
    'new',
    'duplicate',
    'different-body',
  ]);
});

test('a transaction that fails forgets its claims', async () => {
  await expect(claim('b', 'body', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await claim('b')).toBe('new');
});

test('the second of two at once waits for the first', async () => {
  const end = Promise.withResolvers<void>();
  const first = claim('c', 'body', () => end.promise);
  const second = claim('c');
  end.resolve();
  expect(await Promise.all([first, second])).toEqual(['new', 'duplicate']);
});

test('a beforeCommit hook that fails rolls back; SQL is refused', async () => {
  const failing = database.transaction(async (transaction) => {
    transaction.beforeCommit(() => Promise.reject(new Error('hook')));
    transaction.afterCommit(() => expect('committed').toBe('rolled back'));
  });
  await expect(failing).rejects.toThrow('hook');
  await expect(database.transaction((transaction) => transaction.query('SELECT 1'))).rejects.toThrow(
    'runs no SQL',
  );
});
