import { context, propagation, ROOT_CONTEXT } from '@opentelemetry/api';

/** The trace that this code runs in, as headers; none outside of one, or while no SDK is started. */
export function traceHeaders(): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  return headers;
}

/** Runs `work` in the trace that these headers carry. */
export function inTraceFrom<T>(headers: Readonly<Record<string, string>>, work: () => T): T {
  return context.with(propagation.extract(ROOT_CONTEXT, headers), work);
}
