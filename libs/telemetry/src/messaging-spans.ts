import { SpanKind, SpanStatusCode, trace, type Attributes } from '@opentelemetry/api';
import { contextFrom, kept, messagingSystem, spanContextFrom } from '@waybill/messaging';
import type { Envelope, MessagingEvent, MessagingEvents, Origin } from '@waybill/messaging';

const tracer = trace.getTracer('@waybill/messaging');

/** What was decided about a message, or asked by a person. */
interface Told {
  readonly operation: 'retry' | 'park' | 'dead-letter' | 'replay' | 'correct' | 'discard';
  readonly broker: string;
  readonly subscription: string;
  readonly envelope?: Envelope;
  readonly origin?: Origin;
  /** `traceparent` of the run that ended so; behind which it is parked; the first one, of an operation. */
  readonly linkedTo?: string;
  readonly attributes: Attributes;
  readonly errorType?: string;
}

/**
 * Derives short spans from what befell messages that did not go straight through: children of the context that the message
 * was created in, linked to the run they ended. They are always recorded.
 */
export function messagingSpans(): MessagingEvents {
  return {
    emit: (event) => {
      const told = toldBy(event);
      if (told) record(told);
    },
  };
}

function toldBy(event: MessagingEvent): Told | undefined {
  switch (event.kind) {
    case 'retryLater':
      return {
        operation: event.where === 'parked' ? 'park' : 'retry',
        ...about(event, event.attempt),
        attributes: {
          'waybill.attempts': event.attempts,
          'waybill.because': event.because,
          'waybill.after_ms': event.afterMs,
        },
      };
    case 'parked':
      return { operation: 'park', ...about(event, event.behind), attributes: {} };
    case 'deadLettered':
      return {
        operation: 'dead-letter',
        ...about(event, event.attempt),
        attributes: { 'waybill.attempts': event.failure.attempts, 'waybill.because': event.failure.because },
        errorType: event.failure.errorType,
      };
    case 'operation':
      return {
        operation: event.operation,
        ...about(event, event.attempt),
        attributes: { 'waybill.operation.id': event.operationId },
      };
    default:
      return undefined;
  }
}

function about(
  { broker, subscription, envelope, origin }: Pick<Told, 'broker' | 'subscription' | 'envelope' | 'origin'>,
  linkedTo: string | undefined,
) {
  return {
    broker,
    subscription,
    ...(envelope && { envelope }),
    ...(origin && { origin }),
    ...(linkedTo && { linkedTo }),
  };
}

function record({ operation, broker, subscription, envelope, origin, linkedTo, ...told }: Told): void {
  const { attributes, errorType } = told;
  const { traceparent } = envelope ?? {};
  const linked = spanContextFrom(linkedTo);
  const options = {
    kind: SpanKind.INTERNAL,
    ...(linked && { links: [{ context: linked }] }),
    attributes: {
      ...kept,
      'messaging.system': messagingSystem(broker),
      'messaging.operation.name': operation,
      'messaging.destination.subscription.name': subscription,
      ...(origin && { 'messaging.destination.name': origin.address }),
      ...(envelope && {
        'messaging.message.id': envelope.id,
        'waybill.message.type': envelope.type,
        'waybill.subject': envelope.subject,
      }),
      ...attributes,
      ...(errorType && { 'error.type': errorType }),
    },
  };
  const span = tracer.startSpan(
    `${operation} ${subscription}`,
    options,
    contextFrom(traceparent ? { traceparent } : {}),
  );
  if (errorType) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}
