import { expect, test } from '@jest/globals';
import { RedisInbox } from '@waybill/idempotency/redis';
import { eventually, freePort } from '@waybill/test-kit';
import { openInbox } from './open-inbox.js';

test('an inbox that cannot be opened after the service has started is told to the log', async () => {
  const told: unknown[] = [];
  const inbox = new RedisInbox({ url: `redis://127.0.0.1:${await freePort()}` });
  await openInbox(inbox, 10, { error: (message: unknown) => void told.push(message) });
  expect(told).toEqual([]);
  inbox.close();
  const err = expect.objectContaining({ message: expect.stringContaining('closed before it was reached') });
  await eventually(() => expect(told).toEqual([{ msg: 'cannot open the inbox', err }]));
});
