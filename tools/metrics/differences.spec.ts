import { expect, test } from '@jest/globals';
import type { Metric } from '@waybill/telemetry';
import { differences } from './differences.ts';
import { readPage, valueOn } from './read-page.ts';

const metric = (change: Partial<Metric>): Metric => ({
  name: 'parcels.sent',
  instrument: 'Counter',
  unit: '{parcel}',
  description: 'Parcels',
  attributes: ['to.town'],
  shownBy: ['order'],
  ...change,
});

const between = (text: string, ...registry: readonly Metric[]) =>
  differences('order', readPage(text), registry);

const sent = '# TYPE parcels_sent_total counter\nparcels_sent_total{to_town="Oslo"} 2\n';

test('a page with exactly what is registered differs in nothing', () => {
  const weight = metric({ name: 'parcels.weight', instrument: 'Histogram', attributes: [] });
  const weights = [
    '# TYPE parcels_weight histogram',
    'parcels_weight_bucket{le="1"} 1',
    'parcels_weight_count 1',
    'parcels_weight_sum 0.5',
  ];
  const page = `# TYPE target_info gauge\ntarget_info{service_name="order"} 1\n${sent}${weights.join('\n')}\n`;
  expect(between(page, metric({}), weight, metric({ name: 'other', shownBy: ['audit'] }))).toEqual([]);
});

test('what is registered and missing is a difference, unless it is there in rare situations only', () => {
  const rare = metric({ name: 'parcels.lost', onlyWhen: { situation: 'one is lost', provedBy: 'a test' } });
  expect(between('', metric({}), rare)).toEqual(['order: parcels_sent_total is missing']);
});

test('what is shown and not registered, or registered for another service, is a difference', () => {
  const unregistered = ['order: parcels_sent_total is not registered for order'];
  expect(between(sent)).toEqual(unregistered);
  expect(between(sent, metric({ shownBy: ['audit'] }))).toEqual(unregistered);
});

test('another type, a label too many and one too few are differences', () => {
  expect(between(sent, metric({ instrument: 'UpDownCounter', name: 'parcels.sent.total' }))).toEqual([
    'order: parcels_sent_total is a counter, not a gauge',
  ]);
  expect(between(sent, metric({ attributes: ['to'] }))).toEqual([
    'order: parcels_sent_total lacks to',
    'order: parcels_sent_total has to_town, which is not registered',
  ]);
  expect(between(sent, metric({ attributes: [], sometimes: ['to.town'] }))).toEqual([]);
});

test('a value is the sum of the series that have the labels', () => {
  const page = readPage(`${sent}parcels_sent_total{to_town="a \\"town\\"",by="air"} 3\n`);
  expect(valueOn(page, 'parcels_sent_total')).toBe(5);
  expect(valueOn(page, 'parcels_sent_total', { by: 'air' })).toBe(3);
  expect(valueOn(page, 'parcels_sent_total', { by: 'sea' })).toBeUndefined();
});
