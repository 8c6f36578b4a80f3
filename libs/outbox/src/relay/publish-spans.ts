import { propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { PublishResult } from '@waybill/messaging';
import type { RelayRow } from './relay-row.js';

const tracer = trace.getTracer('@waybill/outbox');

/**
 * One span per published message, child of the context it was created in, so that the wait in the outbox and the
 * publish are seen in the order's trace. The message keeps its creation context; consumers are not children of this.
 */
export function recordPublishSpans(
  broker: string,
  rows: readonly RelayRow[],
  results: readonly PublishResult[],
  startTime: number,
): void {
  rows.forEach((row, index) => recordSpan(broker, row, results[index], startTime));
}

function recordSpan(
  broker: string,
  row: RelayRow,
  result: PublishResult | undefined,
  startTime: number,
): void {
  const attributes = {
    'messaging.system': broker,
    'messaging.operation.name': 'publish',
    'messaging.operation.type': 'send',
    'messaging.destination.name': row.address,
    'messaging.message.id': row.id,
    'waybill.message.type': row.attributes['type'] ?? '',
    'waybill.subject': row.attributes['subject'] ?? '',
  };
  const options = { kind: SpanKind.PRODUCER, startTime, attributes };
  const parent = propagation.extract(ROOT_CONTEXT, row.attributes);
  const span = tracer.startSpan(`publish ${row.address}`, options, parent);
  if (result?.status !== 'confirmed') {
    span.setStatus({ code: SpanStatusCode.ERROR, message: String(result?.because ?? 'no result') });
  }
  span.end();
}
