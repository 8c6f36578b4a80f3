import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { WholeSpan } from '../span.ts';
import { countSpans, readSpans } from './read-spans.ts';
import { OtlpReceiver } from './receiver.ts';

let received: WholeSpan[];
let counted: number;
let receiver: OtlpReceiver;
let provider: NodeTracerProvider;

beforeEach(async () => {
  received = [];
  counted = 0;
  receiver = await OtlpReceiver.open((body) => {
    counted += countSpans(body);
    received.push(...readSpans(body));
  });
  const exporter = new OTLPTraceExporter({ url: `${receiver.url}/v1/traces` });
  provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'order', 'service.instance.id': 'one' }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
});

afterEach(async () => {
  await provider.shutdown();
  await receiver.close();
});

test('what the services’ exporter sends is read back: ids, parents, links, service, name, kind, attributes, time and order', async () => {
  const tracer = provider.getTracer('test');
  const startTime = new Date('2026-11-25T10:00:00.123Z');
  const root = tracer.startSpan('POST /orders', { kind: SpanKind.SERVER, startTime, root: true });
  const child = tracer.startSpan(
    'process payment_queue – größer',
    {
      attributes: { retries: 3, ratio: 0.5, 'waybill.subject': 'an order', known: true },
      links: [{ context: root.spanContext(), attributes: { why: 'it came first' } }],
    },
    trace.setSpan(ROOT_CONTEXT, root),
  );
  child.addEvent('something', { at: 'once' });
  child.recordException(new Error('no'));
  child.end();
  root.end();
  await provider.forceFlush();

  const { traceId, spanId } = root.spanContext();
  expect(received).toHaveLength(2);
  expect(received).toContainEqual({
    traceId,
    spanId,
    links: [],
    service: 'order',
    name: 'POST /orders',
    kind: 'SERVER',
    attributes: [],
    startUs: startTime.getTime() * 1_000,
  });
  expect(received).toContainEqual({
    traceId,
    spanId: child.spanContext().spanId,
    parentId: spanId,
    links: [{ traceId, spanId }],
    service: 'order',
    name: 'process payment_queue – größer',
    kind: 'INTERNAL',
    attributes: ['retries', 'ratio', 'waybill.subject', 'known'],
    startUs: expect.any(Number),
    subject: 'an order',
  });
});

test('spans can be counted without reading them', async () => {
  const tracer = provider.getTracer('test');
  for (let index = 0; index < 1_000; index++) tracer.startSpan('one of many').end();
  await provider.forceFlush();
  expect(counted).toBe(1_000);
});

test.each([
  ['/v1/traces', Buffer.from([0x0a, 0xff]), 400],
  ['/v1/metrics', Buffer.alloc(0), 404],
  ['/v1/traces', Buffer.alloc(0), 200],
])('%s with %p is answered with %i', async (path, body, status) => {
  expect(await fetch(receiver.url + path, { method: 'POST', body })).toMatchObject({ status });
  expect(received).toEqual([]);
});
