/** One span, whatever store or exporter told of it. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  /** Absent when it begins the trace. */
  readonly parentId?: string;
  readonly links: readonly SpanRef[];
  readonly service: string;
  readonly name: string;
  readonly startUs: number;
  /** Of messages: whom it is about, the order's id. */
  readonly subject?: string;
}

/** All of it that the registry speaks of (libs/telemetry). */
export interface WholeSpan extends Span {
  readonly kind: string;
  /** Their names. */
  readonly attributes: readonly string[];
}

export interface SpanRef {
  readonly traceId: string;
  readonly spanId: string;
}

/** The attribute that says which order a message's span belongs to. */
export const subjectAttribute = 'waybill.subject';

/** As drawings name it. */
export const labelOf = ({ service, name }: Pick<Span, 'service' | 'name'>): string => `${service}: ${name}`;

/** All spans of every trace that a message of the order was in: one trace when all is right, and then all of it. */
export function spansOfOrder(spans: readonly Span[], orderId: string): Span[] {
  const traceIds = new Set(spans.filter(({ subject }) => subject === orderId).map(({ traceId }) => traceId));
  return spans.filter(({ traceId }) => traceIds.has(traceId));
}
