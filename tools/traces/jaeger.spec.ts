import { expect, test } from '@jest/globals';
import { readJsonSpans } from './jaeger.ts';

const ids = { traceId: 'a', spanId: '2' };
const first = { traceId: 'a', spanId: '1', flags: 257 };

test('what Jaeger’s API answers is read: parent and link side by side, though they are one span', () => {
  const attributes = [
    { key: 'waybill.attempt', value: { intValue: '1' } },
    { key: 'waybill.subject', value: { stringValue: 'an order' } },
  ];
  const span = { ...ids, name: 'process x', startTimeUnixNano: '1795643350292000123', attributes };
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'payment' } }] };
  const spans = [
    { ...span, parentSpanId: '1', links: [first] },
    { ...first, name: 'POST /orders', startTimeUnixNano: '0' },
  ];
  expect(readJsonSpans([{ resource, scopeSpans: [{ spans }] }])).toEqual([
    {
      ...ids,
      parentId: '1',
      links: [{ traceId: 'a', spanId: '1' }],
      service: 'payment',
      name: 'process x',
      startUs: 1795643350292000,
      subject: 'an order',
    },
    { traceId: 'a', spanId: '1', links: [], service: 'payment', name: 'POST /orders', startUs: 0 },
  ]);
});
