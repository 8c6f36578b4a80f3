import { subjectAttribute, type Span } from './span.ts';

/** OTLP as JSON; of it, what is read here. */
interface ResourceSpans {
  readonly resource: { readonly attributes?: readonly Attribute[] };
  readonly scopeSpans: readonly { readonly spans: readonly JsonSpan[] }[];
}

interface JsonSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly attributes?: readonly Attribute[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
}

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string };
}

/** Far more traces than an order should have. */
const mostTraces = 20;

/** All spans of every trace that a message of the order was in, as Jaeger at `url` has them by now. */
export async function spansInJaeger(url: string, orderId: string): Promise<Span[]> {
  const { data: services } = await ask<{ data: readonly string[] | null }>(url, '/api/services');
  const found = await Promise.all((services ?? []).map((service) => tracesWith(url, service, orderId)));
  const traces = await Promise.all([...new Set(found.flat())].map((traceId) => spansOf(url, traceId)));
  return traces.flat();
}

async function tracesWith(url: string, service: string, orderId: string): Promise<string[]> {
  const tags = JSON.stringify({ [subjectAttribute]: orderId });
  const query = new URLSearchParams({ service, tags, limit: String(mostTraces) });
  const { data } = await ask<{ data: readonly { traceID: string }[] | null }>(url, `/api/traces?${query}`);
  return (data ?? []).map(({ traceID }) => traceID);
}

/** By version 3: `/api/traces/:id` leaves the parent out of a span that has a link to its parent too. */
async function spansOf(url: string, traceId: string): Promise<Span[]> {
  const path = `/api/v3/traces/${traceId}`;
  const { result } = await ask<{ result: { resourceSpans: readonly ResourceSpans[] } }>(url, path);
  return readJsonSpans(result.resourceSpans);
}

async function ask<Answer>(url: string, path: string): Promise<Answer> {
  const response = await fetch(url + path);
  if (!response.ok) throw new Error(`Jaeger answers ${path} with ${response.status}`);
  return (await response.json()) as Answer;
}

export function readJsonSpans(groups: readonly ResourceSpans[]): Span[] {
  return groups.flatMap(({ resource, scopeSpans }) => {
    const service = valueOf('service.name', resource.attributes) ?? 'unknown';
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => readSpan(span, service)));
  });
}

function readSpan(span: JsonSpan, service: string): Span {
  const { traceId, spanId, parentSpanId: parentId, name, startTimeUnixNano, attributes, links = [] } = span;
  const subject = valueOf(subjectAttribute, attributes);
  return {
    traceId,
    spanId,
    ...(parentId && { parentId }),
    links: links.map((link) => ({ traceId: link.traceId, spanId: link.spanId })),
    service,
    name,
    startUs: Number(BigInt(startTimeUnixNano) / 1000n),
    ...(subject !== undefined && { subject }),
  };
}

const valueOf = (name: string, attributes: readonly Attribute[] = []): string | undefined =>
  attributes.find(({ key }) => key === name)?.value.stringValue;
