import { drawSpans } from './draw-spans.ts';
import { drawings, type Kind } from './drawings.ts';
import type { Span } from './span.ts';
import { walk } from './walk.ts';

/** Nothing when the trace is as its kind is drawn; else what is not, and the trace as it is. */
export function judgeTrace(kind: Kind, spans: readonly Span[]): string[] {
  const problems = walk(spans, drawings[kind]);
  return problems.length === 0 ? [] : [...problems, `as it is:\n${drawSpans(spans)}`];
}
