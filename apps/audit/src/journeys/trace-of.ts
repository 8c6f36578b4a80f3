/** Where in the traces something belongs, as far as it is known. */
export interface TraceOf {
  readonly traceId?: string;
  /** Of an event the span that it was created in; of a delivery the attempt that it tells of. */
  readonly spanId?: string;
  /** Where that span can be looked at: of one that was recorded, if there is a Jaeger. */
  readonly traceUrl?: string;
}

/** W3C: version-traceid-parentid-flags. */
const traceparents = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

export function traceOf(traceparent: string | null, jaegerUrl?: string): TraceOf {
  const [, traceId, spanId, flags] = traceparents.exec(traceparent ?? '') ?? [];
  if (!traceId || !spanId) return {};
  const isSampled = (parseInt(flags!, 16) & 1) === 1;
  const traceUrl = jaegerUrl && isSampled && `${urlOfTrace(traceId, jaegerUrl)}?uiFind=${spanId}`;
  return { traceId, spanId, ...(traceUrl && { traceUrl }) };
}

export const urlOfTrace = (traceId: string, jaegerUrl: string): string =>
  `${jaegerUrl.replace(/\/$/, '')}/trace/${traceId}`;
