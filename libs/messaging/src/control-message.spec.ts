import { describe, expect, test } from '@jest/globals';
import { readControl, writeControl, type ControlMessage } from './control-message.js';
import { defineSubscription } from './subscription.js';

const subscription = defineSubscription({
  ...{ name: 'group', broker: 'memory', addresses: ['topic'], order: 'none', lane: 'keyed' },
});
const id = '01a20e29-2240-7000-8ed0-d8d3114de73e';
const right: ControlMessage = {
  ...{
    operationId: '01a20e29-2240-7000-8ed0-d8d3114de73d',
    kind: 'discard',
    messageId: id,
    actor: 'ann',
    reason: 'broken',
  },
  askedAt: '2026-01-01T00:00:00Z',
  message: { address: 'topic', key: 'k', attributes: { id }, headers: { odd: 'a\0,[{"b' }, body: '' },
};
const { message } = writeControl(right, subscription);
const read = (body: string | Uint8Array) => readControl({ ...message, body: Buffer.from(body as string) });
const undecodable = (reason: RegExp) =>
  expect.objectContaining({ code: 'WAYBILL_UNDECODABLE', message: expect.stringMatching(reason) });
const failure = (body: string | Uint8Array): unknown => {
  try {
    return read(body);
  } catch (error) {
    return error;
  }
};

describe('a control message', () => {
  test('carries any dead letter, also 16 MiB with headers that no database keeps', () => {
    const body = Buffer.alloc(16 * 1024 * 1024, '{},').toString('base64');
    expect(read(JSON.stringify({ ...right, message: { ...right.message, body } }))).toMatchObject({
      message: { headers: right.message.headers },
    });
  });

  test.each([
    ['too many bytes', Buffer.alloc(26_000_000, ' '), /26000000 bytes is above the limit/],
    ['too many values', JSON.stringify({ ...right, more: Array(10_000).fill({}) }), /more values/],
    ['ten million brackets', '['.repeat(10_000_000), /more values/],
    ['no UTF-8', Buffer.from([0xff, 0x7b]), /not JSON in UTF-8/],
    ['NUL where it is written down', JSON.stringify({ ...right, reason: 'a\0b' }), /"reason" must be/],
    ['half a surrogate pair', JSON.stringify({ ...right, actor: '\ud800' }), /"actor" must be/],
    ['no time', JSON.stringify({ ...right, askedAt: '1' }), /"askedAt" must be ISO 8601/],
    ['another id', JSON.stringify({ ...right, operationId: 'one' }), /"operationId" must be a UUID/],
    ['no message', JSON.stringify({ ...right, message: null }), /"message" must hold/],
  ])('with %s is undecodable, at once', (_, body, reason) => {
    const tookMs = () => {
      const startedAt = process.threadCpuUsage();
      expect(failure(body)).toEqual(undecodable(reason));
      const { user, system } = process.threadCpuUsage(startedAt);
      return (user + system) / 1_000;
    };
    // What a virtual machine's host takes from the thread counts as the thread's, too, but is not taken each time.
    expect(Math.min(tookMs(), tookMs(), tookMs())).toBeLessThan(200);
  });
});
