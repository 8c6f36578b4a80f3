import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Pipeline, Work } from './work.js';

const tracer = trace.getTracer('@waybill/messaging');

/**
 * Runs the handling inside a span whose parent is the context the message was created in, so that one order is one
 * trace. OpenTelemetry's API does nothing until a service starts its SDK.
 */
export function inTraceOf<T>(work: Work, { subscription }: Pipeline, run: () => Promise<T>): Promise<T> {
  const parent = propagation.extract(ROOT_CONTEXT, work.delivery.message.attributes);
  const attributes = {
    'messaging.system': subscription.broker,
    'messaging.operation.name': 'process',
    'messaging.operation.type': 'process',
    'messaging.destination.name': work.delivery.origin.address,
    'messaging.destination.subscription.name': subscription.name,
    'messaging.message.id': work.envelope.id,
    'waybill.message.type': work.envelope.type,
    'waybill.subject': work.envelope.subject,
  };
  const span = tracer.startSpan(
    `process ${subscription.name}`,
    { kind: SpanKind.CONSUMER, attributes },
    parent,
  );
  return context.with(trace.setSpan(parent, span), async () => {
    try {
      return await run();
    } catch (error) {
      span.recordException(error instanceof Error ? error : String(error));
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}
