import { context, isSpanContextValid, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import type { Context, SpanContext } from '@opentelemetry/api';

/** The trace that this code runs in, as headers; none outside of one, or while no SDK is started. */
export function traceHeaders(): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  return headers;
}

/** Runs `work` in the trace that these headers carry. */
export function inTraceFrom<T>(headers: Readonly<Record<string, string>>, work: () => T): T {
  return context.with(contextFrom(headers), work);
}

/** The context that these headers carry, such as the one a message was created in; the root of all if they carry none. */
export function contextFrom(headers: Readonly<Record<string, string>>): Context {
  return propagation.extract(ROOT_CONTEXT, headers);
}

/** The span that a `traceparent` names, for a link to it; nothing for what is none. */
export function spanContextFrom(traceparent: string | undefined): SpanContext | undefined {
  const found = traceparent && trace.getSpanContext(contextFrom({ traceparent }));
  return found && isSpanContextValid(found) ? found : undefined;
}
