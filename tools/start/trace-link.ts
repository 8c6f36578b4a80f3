type Environment = Readonly<Record<string, string | undefined>>;

/** Where the trace of an order is to be seen, in one line; or how to have it seen the next time. */
export function traceLink(traceId: string, { JAEGER_URL, OTEL_EXPORTER_OTLP_ENDPOINT }: Environment): string {
  if (JAEGER_URL) return `Its trace: ${JAEGER_URL.replace(/\/$/, '')}/trace/${traceId}\n`;
  if (OTEL_EXPORTER_OTLP_ENDPOINT)
    return `Its trace is ${traceId}; with JAEGER_URL set, a link to it would stand here.\n`;
  return 'To see its trace, run Jaeger and say where: docs/how-to/follow-an-order-in-jaeger.md\n';
}
