import type { Drawn } from './drawing.ts';
import { labelOf, type Span, type SpanRef } from './span.ts';

/** Which span each line of the drawing turned out to be. */
type Found = Map<Drawn, Span>;

interface Trace {
  readonly byId: ReadonlyMap<string, Span>;
  readonly childrenOf: ReadonlyMap<string, readonly Span[]>;
}

/**
 * Compares the spans of one order with the drawing, edge by edge and link by link; each sentence is a difference. What
 * hangs below a missing or unexpected span is not told of again.
 */
export function walk(spans: readonly Span[], drawn: Drawn): string[] {
  const trace = traceOf(spans);
  const tops = [...trace.byId.values()].filter((span) => !parentOf(span, trace)).sort(byStart);
  const root = tops.find((span) => labelOf(span) === drawn.label);
  const lost = tops.filter((span) => span !== root);
  const found: Found = new Map();
  return [
    ...traceProblems(spans),
    ...(root ? edgeProblems(root, drawn, trace, found) : [`no trace begins with ${drawn.label}`]),
    ...lost.map((span) => `${labelOf(span)} has no parent in the trace`),
    ...linkProblems(found, trace),
  ];
}

function traceProblems(spans: readonly Span[]): string[] {
  const traceIds = new Set(spans.map(({ traceId }) => traceId));
  return traceIds.size > 1 ? [`one order, ${traceIds.size} traces: ${[...traceIds].join(', ')}`] : [];
}

/** An exporter that was not answered sends again: a span that came twice is one span. */
function traceOf(spans: readonly Span[]): Trace {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const childrenOf = Map.groupBy([...byId.values()].sort(byStart), ({ parentId }) => parentId ?? '');
  return { byId, childrenOf };
}

const byStart = (a: Span, b: Span): number => a.startUs - b.startUs;

const parentOf = ({ parentId }: Span, { byId }: Trace): Span | undefined =>
  parentId === undefined ? undefined : byId.get(parentId);

function edgeProblems(span: Span, drawn: Drawn, trace: Trace, found: Found): string[] {
  found.set(drawn, span);
  const actual = Map.groupBy(trace.childrenOf.get(span.spanId) ?? [], labelOf);
  const expected = Map.groupBy(drawn.children, ({ label }) => label);
  const labels = new Set([...expected.keys(), ...actual.keys()]);
  return [...labels].flatMap((label) => {
    const [lines, spans] = [expected.get(label) ?? [], actual.get(label) ?? []];
    if (lines.length !== spans.length)
      return [`${difference(lines.length, spans.length)}: ${drawn.label} → ${label}`];
    return lines.flatMap((line, index) => edgeProblems(spans[index]!, line, trace, found));
  });
}

function difference(expected: number, actual: number): string {
  if (expected === 0) return actual === 1 ? 'unexpected' : `unexpected ${actual} times`;
  const count = expected === 1 && actual === 0 ? '' : ` (${actual} instead of ${expected})`;
  return `${actual < expected ? 'missing' : 'doubled'}${count}`;
}

function linkProblems(found: Found, { byId }: Trace): string[] {
  return [...found].flatMap(([drawn, span]) => {
    const expected = drawn.linkedTo.flatMap((target) => found.get(target) ?? []);
    const unlinked = expected.filter((target) => !span.links.some(isTo(target)));
    const others = span.links.filter((link) => !expected.some(isTo(link)));
    const inside = others.flatMap(({ spanId }) => byId.get(spanId) ?? []);
    return [
      ...unlinked.map((target) => `unlinked: ${drawn.label} ~> ${labelOf(target)}`),
      ...inside.map((target) => `unexpected link: ${drawn.label} ~> ${labelOf(target)}`),
      ...elsewhereProblems(drawn, others.length - inside.length),
    ];
  });
}

const isTo = (target: SpanRef) => (link: SpanRef) => link.spanId === target.spanId;

function elsewhereProblems({ label, linkedElsewhere }: Drawn, actual: number): string[] {
  if (actual === linkedElsewhere) return [];
  const problem = actual < linkedElsewhere ? 'unlinked' : 'unexpected link';
  return [`${problem}: ${label} ~> a span that is not in the trace`];
}
