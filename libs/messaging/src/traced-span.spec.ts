import { expect, test } from '@jest/globals';
import { ROOT_CONTEXT, SpanKind, trace, type Span, type SpanContext, type Tracer } from '@opentelemetry/api';
import { TracedSpan } from './traced-span.js';

const description = { name: 'process', kind: SpanKind.CONSUMER, attributes: () => ({}) };
const unsampled: SpanContext = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 0 };

test('while no SDK is started, what runs in a span runs in the context around it', () => {
  const span = new TracedSpan(trace.getTracer('none'), description, ROOT_CONTEXT);
  expect(span.context).toBe(ROOT_CONTEXT);
});

test('a span that is not recorded is passed on all the same, for its trace goes on', () => {
  const startSpan = (): Span => trace.wrapSpanContext(unsampled);
  const span = new TracedSpan({ startSpan } as unknown as Tracer, description, ROOT_CONTEXT);
  expect(trace.getSpanContext(span.context)).toEqual(unsampled);
});
