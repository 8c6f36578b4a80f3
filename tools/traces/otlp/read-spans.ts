import { subjectAttribute, type SpanRef, type WholeSpan } from '../span.ts';
import { fieldsOf, repeated } from './protobuf.ts';

/** Numbers of fields in opentelemetry/proto/{collector/trace,trace,common,resource}/v1/*.proto; they never change. */
const request = { resourceSpans: 1 };
const resourceSpans = { resource: 1, scopeSpans: 2 };
const resource = { attributes: 1 };
const scopeSpans = { spans: 2 };
const span = { traceId: 1, spanId: 2, parentId: 4, name: 5, kind: 6, start: 7, attributes: 9, links: 13 };
const link = { traceId: 1, spanId: 2 };
const keyValue = { key: 1, value: 2 };
const anyValue = { text: 1 };
/** The enumeration `SpanKind`, in its order. */
const kinds = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];

/** The spans of one `ExportTraceServiceRequest`. */
export function readSpans(body: Uint8Array): WholeSpan[] {
  return repeated(body, request.resourceSpans).flatMap((group) => {
    const [about = new Uint8Array()] = repeated(group, resourceSpans.resource);
    const service = textsIn(repeated(about, resource.attributes)).get('service.name') ?? 'unknown';
    return spansIn(group).map((bytes) => readSpan(bytes, service));
  });
}

/** How many they are, at the cost of three loops. */
export const countSpans = (body: Uint8Array): number =>
  repeated(body, request.resourceSpans).reduce((sum, group) => sum + spansIn(group).length, 0);

const spansIn = (group: Uint8Array): Uint8Array[] =>
  repeated(group, resourceSpans.scopeSpans).flatMap((scope) => repeated(scope, scopeSpans.spans));

function readSpan(bytes: Uint8Array, service: string): WholeSpan {
  const single = new Map([...fieldsOf(bytes)].map(({ number, value }) => [number, value]));
  const parentId = hex(single.get(span.parentId));
  const attributes = textsIn(repeated(bytes, span.attributes));
  const subject = attributes.get(subjectAttribute);
  return {
    ...refOf(single, span),
    ...(parentId && { parentId }),
    links: repeated(bytes, span.links).map((each) =>
      refOf(new Map([...fieldsOf(each)].map(({ number, value }) => [number, value])), link),
    ),
    service,
    name: text(single.get(span.name)),
    kind: kinds[Number(single.get(span.kind) ?? 0)] ?? 'UNSPECIFIED',
    attributes: [...attributes.keys()],
    startUs: Number((single.get(span.start) as bigint) / 1000n),
    ...(subject !== undefined && { subject }),
  };
}

type Single = ReadonlyMap<number, Uint8Array | bigint>;

const refOf = (single: Single, numbers: typeof link): SpanRef => ({
  traceId: hex(single.get(numbers.traceId)),
  spanId: hex(single.get(numbers.spanId)),
});

/** Attributes; no value but a text is asked for here, another is empty. */
function textsIn(attributes: readonly Uint8Array[]): Map<string, string> {
  return new Map(
    attributes.map((bytes) => {
      const [key] = repeated(bytes, keyValue.key);
      const [value = new Uint8Array()] = repeated(bytes, keyValue.value);
      return [text(key), text(repeated(value, anyValue.text)[0])];
    }),
  );
}

const hex = (value: Uint8Array | bigint | undefined): string =>
  value instanceof Uint8Array ? Buffer.from(value).toString('hex') : '';

const text = (value: Uint8Array | bigint | undefined): string =>
  value instanceof Uint8Array ? Buffer.from(value).toString() : '';
