import { expect, test } from '@jest/globals';
import type { SpanPattern } from '@waybill/telemetry';
import { differences } from './differences.ts';
import type { WholeSpan } from './span.ts';

const pattern = (change: Partial<SpanPattern>): SpanPattern => ({
  name: 'carry {parcel}',
  kind: 'CLIENT',
  description: 'A parcel on its way',
  groups: [{ title: 'a van', attributes: ['van.id'], sometimes: ['van.full'] }],
  attributes: ['to.town'],
  parent: 'none',
  madeBy: ['order'],
  ...change,
});

const span = (change: Partial<WholeSpan>): WholeSpan => ({
  traceId: 'a',
  spanId: '1',
  links: [],
  service: 'order',
  name: 'carry books',
  startUs: 0,
  kind: 'CLIENT',
  attributes: ['van.id', 'to.town'],
  ...change,
});

const link = { traceId: 'a', spanId: '2' };

test('spans that are as they are registered differ in nothing, with what only some have and without', () => {
  const full = span({ attributes: ['van.id', 'van.full', 'to.town', 'error.type', 'waybill.keep'] });
  expect(differences([span({}), full], [pattern({})])).toEqual([]);
  const some = pattern({ links: { of: 'some', to: 'another' } });
  expect(differences([span({}), span({ links: [link] })], [some])).toEqual([]);
});

test.each<[string, Partial<WholeSpan>, Partial<SpanPattern>, string]>([
  ['an unknown name', { name: 'carry old books' }, {}, 'order: carry old books is not registered'],
  ['another kind', { kind: 'PRODUCER' }, {}, 'order: carry books is PRODUCER, not CLIENT'],
  ['another service', { service: 'audit' }, {}, 'audit: carry books is not registered for its service'],
  ['an attribute too few', { attributes: ['van.id'] }, {}, 'order: carry books lacks to.town'],
  ['one of a group too few', { attributes: ['to.town'] }, {}, 'order: carry books lacks van.id'],
  [
    'an attribute too many',
    { attributes: ['van.id', 'to.town', 'to.name'] },
    {},
    'order: carry books has to.name, which is not registered',
  ],
  ['a link too many', { links: [link] }, {}, 'order: carry books has a link, which is not registered'],
  ['a link too few', {}, { links: { of: 'all', to: 'another' } }, 'order: carry books lacks a link'],
])('%s is a difference', (_what, made, registered, problem) => {
  const good = span({ links: registered.links ? [link] : [] });
  expect(differences([good, span(made), span(made)], [pattern(registered)])).toEqual([problem]);
});

test('what is registered and never made is a difference, unless it is made in rare situations only', () => {
  const rare = pattern({ name: 'lose {parcel}', onlyWhen: { situation: 'it is dark', provedBy: 'a test' } });
  expect(differences([], [pattern({}), rare])).toEqual(['carry {parcel} (CLIENT) is never made']);
});

test('a name belongs to the pattern that says most of it, and among equals to the one of its kind', () => {
  const letters = pattern({ name: 'carry letters', attributes: [] });
  const asked = pattern({ name: '{method} {template}' });
  const served = pattern({ name: '{method} {route}', kind: 'SERVER', attributes: [] });
  const made = [
    span({}),
    span({ name: 'carry letters', attributes: ['van.id'] }),
    span({ name: 'POST /parcels' }),
    span({ name: 'POST /parcels', kind: 'SERVER', attributes: ['van.id'] }),
  ];
  expect(differences(made, [pattern({}), letters, asked, served])).toEqual([]);
  expect(
    differences([span({ name: 'post /parcels' })], [{ ...asked, onlyWhen: { situation: '', provedBy: '' } }]),
  ).toEqual(['order: post /parcels is not registered']);
});
