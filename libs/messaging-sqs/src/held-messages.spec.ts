import { expect, test } from '@jest/globals';
import { getEventListeners } from 'node:events';
import { HeldMessages, type Held } from './held-messages.js';
import { SqsConnection } from './sqs-client.js';
import { normalise } from './sqs.options.js';

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const options = normalise({ endpoint: 'http://127.0.0.1:1', credentials });
const heldUntil = (until: number): Held => ({ receipt: 'r', group: 'g', until, state: 'held' });

test('waiting for room leaves nothing behind, however often there was none', async () => {
  const connection = new SqsConnection(options);
  const messages = new HeldMessages('q.fifo', connection, options);
  const { signal } = new AbortController();
  const given: Promise<void>[] = [];
  for (let turn = 0; turn < 20; turn++) {
    const message = heldUntil(Date.now() + 60_000);
    messages.add(message);
    const room = messages.roomUnder(1, signal);
    given.push(messages.giveBack([message]));
    await room;
  }
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  await Promise.all(given);
  connection.close();
});

test('waiting for room ends with its signal', async () => {
  const connection = new SqsConnection(options);
  const messages = new HeldMessages('q.fifo', connection, options);
  const stopping = new AbortController();
  messages.add(heldUntil(Date.now() + 60_000));
  const room = messages.roomUnder(1, stopping.signal);
  stopping.abort();
  await room;
  connection.close();
});
