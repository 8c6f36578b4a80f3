import { describe, expect, test } from '@jest/globals';
import { readEnvelope, writeEnvelope } from './message.js';

const attributes = writeEnvelope({
  id: '01A20E29-2240-7000-8ED0-D8D3114DE73D',
  type: 'text',
  source: '/test',
  subject: 'one',
  time: '2026-01-01T00:00:00Z',
  dataschema: 'urn:test:text',
  sequence: 1,
});
const read = (change: Readonly<Record<string, string>>) =>
  readEnvelope({ key: '', attributes: { ...attributes, ...change }, headers: {}, body: new Uint8Array() });

describe('an envelope', () => {
  test('is read whatever the case of its id', () => {
    expect(read({}).id).toBe('01a20e29-2240-7000-8ed0-d8d3114de73d');
  });

  test.each([
    [
      'an id that is no UUID of RFC 9562',
      { id: '11111111-1111-1111-1111-111111111111' },
      /"id" is not a UUID/,
    ],
    ['NUL', { subject: 'a\0b' }, /"subject" must be a text without NUL/],
    ['more than an index takes', { subject: 'ü'.repeat(600) }, /"subject" has more than 1024 bytes/],
    [
      'more than that in fewer characters',
      { subject: '€'.repeat(342) },
      /"subject" has more than 1024 bytes/,
    ],
    ['half a surrogate pair', { type: '\ud800' }, /"type" must be a text without NUL/],
  ])('with %s is undecodable, since nothing could be told of its message', (_, change, reason) => {
    expect(() => read(change)).toThrow(reason);
  });

  test.each(['€'.repeat(341), 'ü'.repeat(512), 'x'.repeat(1_024)])(
    'may be as long as an index takes',
    (subject) => {
      expect(read({ subject }).subject).toBe(subject);
    },
  );

  test.each(['a\0b', 'x'.repeat(2_000)])('has no trace that could not be told of', (traceparent) => {
    expect(read({ traceparent })).not.toHaveProperty('traceparent');
  });
});
