import { expect, test } from '@jest/globals';
import { validate, version } from 'uuid';
import { derivedId } from './derived-id.js';

const subject = '01a20e29-2240-7000-8ed0-d8d3114de73d';
const created = { dataschema: 'urn:waybill:order.created:v2' };

test('the same message has the same id in every process and release: stored ids rest on it', () => {
  expect(derivedId(subject, created)).toBe('01a20e29-2240-8880-a34c-7ba49fe2ae9f');
});

test('it is a UUID that keeps the time of its subject', () => {
  const id = derivedId(subject, created);
  expect([validate(id), version(id)]).toEqual([true, 8]);
  expect(id.slice(0, 13)).toBe(subject.slice(0, 13));
});

test('another subject of the same millisecond, another contract and another version have ids of their own', () => {
  const ids = [
    derivedId(subject, created),
    derivedId('01a20e29-2240-7001-8ed0-d8d3114de73d', created),
    derivedId(subject, { dataschema: 'urn:waybill:order.created:v3' }),
    derivedId(subject, { dataschema: 'urn:waybill:order.confirmed:v2' }),
  ];
  expect(new Set(ids).size).toBe(4);
});
