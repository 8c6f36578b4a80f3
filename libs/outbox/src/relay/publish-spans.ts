import { SpanKind, SpanStatusCode, trace, type Span } from '@opentelemetry/api';
import { contextFrom, errorTypeOf, kept, messagingAttributes } from '@waybill/messaging';
import type { PublishResult } from '@waybill/messaging';
import type { RelayRow } from './relay-row.js';

const tracer = trace.getTracer('@waybill/outbox');

/**
 * One span per published message, child of the context it was created in, so that the wait in the outbox and the
 * publish are seen in the order's trace. The message keeps its creation context; consumers are not children of this,
 * which by OpenTelemetry's conventions makes it a client's span. A failure is recorded in an unsampled trace too.
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
  const failed = result?.status !== 'confirmed';
  const options = { kind: SpanKind.CLIENT, startTime, ...(failed && { attributes: kept }) };
  const span = tracer.startSpan(`publish ${row.address}`, options, contextFrom(row.attributes));
  if (!span.isRecording()) return;
  describe(span, broker, row, result);
  span.end();
}

function describe(span: Span, broker: string, row: RelayRow, result: PublishResult | undefined): void {
  const { id, address, attributes } = row;
  const envelope = { id, type: attributes['type'] ?? '', subject: attributes['subject'] ?? '' };
  const written = result?.status === 'confirmed' ? result : {};
  span.setAttributes({
    ...messagingAttributes(broker, { address, envelope, ...written }),
    'messaging.operation.name': 'publish',
    'messaging.operation.type': 'send',
  });
  if (result?.status === 'confirmed') return;
  span.setAttribute('error.type', result ? result.status : errorTypeOf(undefined));
  span.setStatus({ code: SpanStatusCode.ERROR });
}
