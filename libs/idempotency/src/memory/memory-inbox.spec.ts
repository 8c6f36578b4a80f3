import { expect, test } from '@jest/globals';
import { remembersWhatWasHandled } from '../testing/store-behaviour.js';
import { MemoryDatabase } from './memory-database.js';
import { MemoryInbox } from './memory-inbox.js';

remembersWhatWasHandled(async () => ({
  store: new MemoryInbox(),
  database: new MemoryDatabase(),
  close: async () => undefined,
}));

test('a beforeCommit hook that fails rolls back; SQL is refused', async () => {
  const failing = new MemoryDatabase().transaction(async (transaction) => {
    transaction.beforeCommit(() => Promise.reject(new Error('hook')));
    transaction.afterCommit(() => expect('committed').toBe('rolled back'));
  });
  await expect(failing).rejects.toThrow('hook');
  await expect(
    new MemoryDatabase().transaction((transaction) => transaction.query('SELECT 1')),
  ).rejects.toThrow('runs no SQL');
});
