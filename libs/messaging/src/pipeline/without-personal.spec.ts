import { expect, test } from '@jest/globals';
import type { Contract } from '../contract.js';
import { readEnvelope, writeEnvelope, type Message } from '../message.js';
import { clearing } from './without-personal.js';
import type { Pipeline, Work } from './work.js';

/** A message that tells of these people, and a contract that knows it. */
function cleared(text: string, ...people: readonly string[]): string {
  const envelope = {
    id: '00000000-0000-7000-8000-000000000000',
    type: 'person',
    source: 't',
    subject: 's',
    time: '2026-01-01T00:00:00Z',
    dataschema: 'd',
    sequence: 1,
  };
  const message: Message = {
    key: '',
    attributes: writeEnvelope(envelope),
    headers: {},
    body: Buffer.from(''),
  };
  const contract = { type: 'person', personal: () => people } as unknown as Contract;
  const work = { delivery: { message }, envelope: readEnvelope(message) } as Work;
  const pipeline = { routes: new Map([['person', { contract }]]) } as unknown as Pipeline;
  return clearing([work], pipeline)(text);
}

test.each([
  ['refused <ann@example.com>: no such mailbox', 'refused <[personal]>: no such mailbox'],
  ['refused ANN@EXAMPLE.COM', 'refused [personal]'],
  ['ann@example.com, ann@example.com', '[personal], [personal]'],
  ['joann@example.com is another', 'joann@example.com is another'],
  ['annXexample.com is no pattern', 'annXexample.com is no pattern'],
])('what a message holds of a person is taken out of what is said about it: %s', (text, expected) => {
  expect(cleared(text, 'ann@example.com')).toBe(expected);
});

test('a text is found as JSON writes it too', () => {
  const name = 'Ann "the\nBoss" (Østby)';
  expect(cleared(`not ${JSON.stringify({ name })}`, name)).toBe('not {"name":"[personal]"}');
});

test('of a message that tells of nobody, or of nothing that can be looked for, all stays', () => {
  expect(cleared('as it is')).toBe('as it is');
  expect(cleared('as it is', '', ' ', 'x'.repeat(1_001))).toBe('as it is');
});

test('ten thousand names of whoever means harm hold nobody up', () => {
  const people = Array.from({ length: 10_000 }, (_, index) => `"${index}" Ann`);
  const startedAt = process.cpuUsage();
  expect(cleared(`${'at somewhere (file.js:1:2)\n'.repeat(300)}"77" Ann`, ...people)).toMatch(
    /\n\[personal\]$/,
  );
  const { user, system } = process.cpuUsage(startedAt);
  expect((user + system) / 1_000).toBeLessThan(500);
});
