import { describe, expect, test } from '@jest/globals';
import { jsonSchemaOf } from '@waybill/contracts';
import { z } from 'zod';
import { incompatibilities } from './compare.ts';

const released = {
  id: z.uuid(),
  count: z.int().min(1).max(10),
  kind: z.enum(['a', 'b']),
  note: z.string().max(80).optional(),
  email: z.email().meta({ 'x-personal': true }).nullable(),
  lines: z.array(z.object({ sku: z.string() })).min(1),
};
const as = (fields: z.ZodRawShape) => new Map([['m.v1', jsonSchemaOf(z.object(fields))]]);
const { note: _note, ...withoutNote } = released;

describe('a released version may', () => {
  test.each<[string, z.ZodRawShape]>([
    ['stay as it is', released],
    ['gain an optional field', { ...released, more: z.string().optional() }],
    ['gain a field with a default', { ...released, more: z.array(z.string()).default([]) }],
    [
      'gain an optional field deep down',
      { ...released, lines: z.array(z.object({ sku: z.string(), gift: z.boolean().optional() })).min(1) },
    ],
    ['say more about a field', { ...released, count: z.int().min(1).max(10).describe('how many') }],
    [
      'mark a field as personal',
      { ...released, note: z.string().max(80).meta({ 'x-personal': true }).optional() },
    ],
  ])('%s', (_, now) => {
    expect(incompatibilities(as(released), as(now))).toEqual([]);
  });

  test('stand beside a new one', () => {
    const both = new Map([
      ...as(released),
      ...[...as({ other: z.string() })].map(([, schema]) => ['m.v2', schema] as const),
    ]);
    expect(incompatibilities(as(released), both)).toEqual([]);
  });
});

describe('a released version may not', () => {
  test.each<[string, z.ZodRawShape, string]>([
    ['lose a field, even an optional one', withoutNote, 'body: removed "note"'],
    ['require a new field', { ...released, more: z.string() }, 'body: newly requires "more"'],
    ['require what was optional', { ...released, note: z.string().max(80) }, 'body: newly requires "note"'],
    [
      'stop requiring a field',
      { ...released, kind: z.enum(['a', 'b']).optional() },
      'body: no longer requires "kind"',
    ],
    ['change a type', { ...released, count: z.string() }, 'count: changed type from integer to string'],
    ['narrow an enum', { ...released, kind: z.enum(['a']) }, 'kind: narrowed: no longer allows "b"'],
    ['widen an enum', { ...released, kind: z.enum(['a', 'b', 'c']) }, 'kind: widened by "c"'],
    [
      'narrow a range below',
      { ...released, count: z.int().min(2).max(10) },
      'count: narrowed minimum from 1 to 2',
    ],
    [
      'narrow a range above',
      { ...released, count: z.int().min(1).max(9) },
      'count: narrowed maximum from 10 to 9',
    ],
    ['widen a range', { ...released, count: z.int().min(1).max(11) }, 'count: widened maximum from 10 to 11'],
    [
      'shorten a text',
      { ...released, note: z.string().max(8).optional() },
      'note: narrowed maxLength from 80 to 8',
    ],
    ['change a format', { ...released, id: z.iso.datetime() }, 'id: changed format from uuid to date-time'],
    [
      'refuse null',
      { ...released, email: z.email().meta({ 'x-personal': true }) },
      'email: changed type from any to string',
    ],
    [
      'change an item',
      { ...released, lines: z.array(z.object({ sku: z.int() })).min(1) },
      'lines[].sku: changed type',
    ],
    [
      'hide that a field is personal',
      { ...released, email: z.email().nullable() },
      'email: is no longer marked personal',
    ],
  ])('%s', (_, now, problem) => {
    expect(incompatibilities(as(released), as(now))[0]).toContain(`m.v1: ${problem}`);
  });

  test('vanish', () => {
    expect(incompatibilities(as(released), new Map())).toEqual([expect.stringContaining('m.v1: removed')]);
  });
});
