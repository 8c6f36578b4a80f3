import { describe, expect, test } from '@jest/globals';
import { ChainCheck } from './chain-check.js';
import type { Entry, Link } from './entry.js';
import { chainBehind, emptyChain, hashOf } from './hash-chain.js';

const entry: Entry = {
  messageId: '00000000-0000-7000-8000-000000000001',
  type: 'order.created',
  key: 'customer',
  orderId: '00000000-0000-7000-8000-0000000000a1',
  address: 'order-events',
  partition: 3,
  offset: 42n,
  sequence: 1n,
  traceparent: null,
  occurredAt: new Date('2026-01-02T03:04:05.678Z'),
  recordedAt: new Date('2026-01-02T03:04:05.700Z'),
  attributes: '{}',
  headers: '{}',
  body: Buffer.from('body'),
  sealed: null,
};
const [link] = chainBehind(emptyChain, [entry]) as [Link];

const altered: Partial<Link> = {
  n: 2n,
  previousHash: Buffer.alloc(32, 1),
  messageId: '00000000-0000-7000-8000-000000000002',
  type: 'order.confirmed',
  key: '',
  orderId: '',
  address: 'payments',
  partition: null,
  offset: null,
  sequence: 2n,
  traceparent: '',
  occurredAt: new Date(0),
  recordedAt: new Date(0),
  attributes: '{"a":"b"}',
  headers: '{"a":"b"}',
  body: Buffer.from('other'),
  sealed: new Uint8Array(),
};

describe('a link’s hash', () => {
  test('never changes for the same row: old logs stay verifiable', () => {
    expect(hashOf(link).toString('hex')).toMatchInlineSnapshot(
      `"c26d4b2feb1aaa838901fdbb4a901aee59fd1bbe27ebe7e1f2fbf497ecd535c7"`,
    );
  });

  test.each(Object.entries(altered))('covers %s', (name, value) => {
    expect(hashOf({ ...link, [name]: value })).not.toEqual(hashOf(link));
  });

  test('covers every column', () => {
    expect(new Set([...Object.keys(altered), 'hash'])).toEqual(new Set(Object.keys(link)));
  });
});

describe('a chain in itself whole', () => {
  const links = chainBehind(emptyChain, [entry, entry, entry]);
  const head = links.at(-1)!;

  test('is found whole', () => {
    const check = new ChainCheck({ n: 2n, hash: links[1]!.hash });
    expect(links.map((each) => check.next(each))).toEqual([undefined, undefined, undefined]);
    expect(check.end(head)).toBeUndefined();
    expect(check.events).toBe(3n);
  });

  test('with a row whose hash was made to fit is broken at that row', () => {
    const forged = chainBehind(links[0]!, [{ ...entry, body: Buffer.from('forged') }])[0]!;
    const check = new ChainCheck(undefined);
    expect([links[0]!, forged, links[2]!].map((each) => check.next(each)).at(-1)).toMatchObject({
      problem: 'altered-row',
      brokenAt: 2n,
    });
  });

  test('whose last row was made to fit does not end in its head', () => {
    const forged = chainBehind(links[1]!, [{ ...entry, key: 'forged' }])[0]!;
    const check = new ChainCheck(undefined);
    [links[0]!, links[1]!, forged].forEach((each) => check.next(each));
    expect(check.end(head)).toMatchObject({ problem: 'altered-row', brokenAt: 3n });
  });
});
