import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { defineContract, earlier } from '../define-contract.js';
import { jsonSchemaOf } from './json-schema.js';
import { personal, personalFieldsOf, personalValues, redacted } from './personal.js';

const old = z.object({ phone: personal(z.string()) });
const now = z.object({
  email: personal(z.email()).nullable(),
  note: personal(z.string()).optional(),
  lines: z.array(z.object({ sku: z.string(), engraving: personal(z.string()).optional() })),
});
const Gift = defineContract({
  type: 'gift',
  version: 2,
  description: '',
  payload: now,
  earlier: [earlier(old, now, () => ({ email: null, lines: [] }))],
  example: { email: null, lines: [] },
});
const gift = {
  email: 'ann@example.com',
  lines: [{ sku: 'a', engraving: 'for Ann' }, { sku: 'b' }],
};

describe('personal fields', () => {
  test('are visible in the schema', () => {
    expect(jsonSchemaOf(now).properties!['email']!.anyOf![0]).toMatchObject({ 'x-personal': true });
  });

  test('of every version count: old messages are still about', () => {
    expect(personalFieldsOf(Gift)).toEqual(['phone', 'email', 'note', 'lines[].engraving']);
  });

  test('are redacted wherever they have a value, and nothing else is', () => {
    expect(redacted(Gift, gift)).toEqual({
      email: 'redacted',
      lines: [{ sku: 'a', engraving: 'redacted' }, { sku: 'b' }],
    });
    expect(redacted(Gift, { phone: '1' }, 'erased')).toEqual({ phone: 'erased' });
  });

  test('without a value leave the value itself as it is', () => {
    const value = { email: null, lines: 'not even an array' };
    expect(redacted(Gift, value)).toEqual(value);
    expect(redacted(Gift, null)).toBeNull();
  });

  test('are told by their path', () => {
    expect(personalValues(Gift, gift)).toEqual({
      email: 'ann@example.com',
      'lines[].engraving': ['for Ann'],
    });
    expect(personalValues(Gift, { email: null, lines: [] })).toEqual({});
  });
});
