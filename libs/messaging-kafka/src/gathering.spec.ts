import { expect, test } from '@jest/globals';
import { Gathering } from './gathering.js';
import { bytesOf, type KafkaRecord } from './record.js';

const record = (partition: string, text = ''): KafkaRecord => ({
  topic: 'topic',
  key: Buffer.from(partition),
  value: Buffer.from(text.padEnd(900)),
  headers: {},
});
const oneRecord = bytesOf(record('a'));

function gathering(plainBytes: number, records: readonly KafkaRecord[]): Gathering {
  const gathered = new Gathering({ plainBytes: () => plainBytes, batchOf: ({ key }) => String(key) });
  for (const each of records) void gathered.add(each, 0);
  return gathered;
}

const taken = (gathered: Gathering) =>
  gathered.take().map(({ record: { key, value } }) => `${String(key)}${String(value).trim()}`);

test('a send takes as much as fits into a batch for each partition, in order', () => {
  const records = ['1', '2', '3'].flatMap((text) => [record('a', text), record('b', text)]);
  const gathered = gathering(2 * oneRecord, records);
  expect(taken(gathered)).toEqual(['a1', 'b1', 'a2', 'b2']);
  expect(taken(gathered)).toEqual(['a3', 'b3']);
  expect(gathered.empty).toBe(true);
});

test('nothing overtakes what no longer fits, be its own batch empty', () => {
  const gathered = gathering(oneRecord, [record('a', '1'), record('a', '2'), record('b', '1')]);
  expect(taken(gathered)).toEqual(['a1']);
  expect(taken(gathered)).toEqual(['a2', 'b1']);
});

test('a record larger than a batch goes alone', () => {
  const gathered = gathering(oneRecord / 2, [record('a', '1'), record('a', '2')]);
  expect(taken(gathered)).toEqual(['a1']);
});
