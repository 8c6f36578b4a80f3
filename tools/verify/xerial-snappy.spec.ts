import { expect, test } from '@jest/globals';
import { compress } from 'snappy';
import { decodeSnappy } from './xerial-snappy.ts';

const header = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]);

async function framed(...texts: string[]): Promise<Buffer> {
  const blocks = await Promise.all(texts.map(async (text) => withLength(await compress(text))));
  return Buffer.concat([header, ...blocks]);
}

function withLength(block: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(block.length);
  return Buffer.concat([length, block]);
}

test("a Java client's frame of several blocks is read as one", async () =>
  expect(String(await decodeSnappy(await framed('one ', 'two ', 'three')))).toBe('one two three'));

test('a bare block is read', async () =>
  expect(String(await decodeSnappy(await compress('bare'.repeat(99))))).toBe('bare'.repeat(99)));

test('bytes that are neither are an error and not an empty message', async () =>
  expect(decodeSnappy(Buffer.from('nonsense'))).rejects.toThrow());
