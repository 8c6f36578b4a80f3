import { labelOf, type Span } from './span.ts';

/** A trace as `drawing` reads it, its siblings in the order in which they began: what to look at when a walk fails. */
export function drawSpans(spans: readonly Span[]): string {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const inTime = [...byId.values()].sort((a, b) => a.startUs - b.startUs);
  const targets = inTime.flatMap(({ links }) => links.map(({ spanId }) => spanId));
  const marks = new Map([...new Set(targets)].map((spanId, index) => [spanId, `m${index + 1}`]));
  const line = (span: Span, depth: number): string[] => {
    const mark = marks.get(span.spanId);
    const links = span.links.map(({ spanId }) => (byId.has(spanId) ? marks.get(spanId) : 'elsewhere'));
    const text = [
      '  '.repeat(depth) + labelOf(span),
      ...(mark ? [`[${mark}]`] : []),
      ...(links.length > 0 ? [`~> ${links.join(', ')}`] : []),
    ].join(' ');
    const children = inTime.filter(({ parentId }) => parentId === span.spanId);
    return [text, ...children.flatMap((child) => line(child, depth + 1))];
  };
  const tops = inTime.filter(({ parentId }) => parentId === undefined || !byId.has(parentId));
  return tops.flatMap((top) => line(top, 0)).join('\n');
}
