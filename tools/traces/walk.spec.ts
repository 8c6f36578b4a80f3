import { expect, test } from '@jest/globals';
import { drawing, type Drawn } from './drawing.ts';
import { drawSpans } from './draw-spans.ts';
import { spansOfOrder, type Span } from './span.ts';
import { walk } from './walk.ts';

const drawn = drawing(`
order: POST /orders
  order: process order_processing
    payment: process payment_queue [first]
      payment: retry payment_queue ~> first
    payment: process payment_queue ~> first
      payment: POST /charges
        psp-simulator: POST /charges
  audit: process audit
  audit: park audit ~> elsewhere
`);

/** A trace that is just as it is drawn, its spans in the drawing's order. */
function spansOf(top: Drawn): Span[] {
  const ids = new Map<Drawn, string>();
  const lines = (line: Drawn): Drawn[] => [line, ...line.children.flatMap(lines)];
  lines(top).forEach((line, index) => ids.set(line, String(index)));
  const parents = new Map(lines(top).flatMap((line) => line.children.map((child) => [child, line])));
  return lines(top).map((line) => {
    const [service = '', name = ''] = line.label.split(/: (.*)/);
    const parent = parents.get(line);
    return {
      traceId: 'a',
      spanId: ids.get(line)!,
      ...(parent && { parentId: ids.get(parent)! }),
      links: [
        ...line.linkedTo.map((target) => ({ traceId: 'a', spanId: ids.get(target)! })),
        ...Array.from({ length: line.linkedElsewhere }, () => ({ traceId: 'b', spanId: 'of another order' })),
      ],
      service,
      name,
      startUs: Number(ids.get(line)),
    };
  });
}

const spans = spansOf(drawn);
const named = (name: string): Span => spans.findLast((span) => `${span.service}: ${span.name}` === name)!;
const without = (...gone: Span[]): Span[] => spans.filter((span) => !gone.includes(span));
const changed = (span: Span, change: Partial<Span>): Span[] =>
  spans.map((each) => (each === span ? { ...each, ...change } : each));

const charge = named('payment: POST /charges');
const charged = named('psp-simulator: POST /charges');
const retry = named('payment: retry payment_queue');
const firstAttempt = spans.find(({ name }) => name === 'process payment_queue')!;
const secondAttempt = named('payment: process payment_queue');
const parked = named('audit: park audit');
const audited = named('audit: process audit');

test('a trace that is as it is drawn has no problem, in whatever order its spans come, some of them twice', () => {
  expect(walk(spans, drawn)).toEqual([]);
  expect(walk([...spans, ...spans].reverse(), drawn)).toEqual([]);
});

test.each<[string, Span[], string[]]>([
  [
    'a missing edge is named',
    without(charged),
    ['missing: payment: POST /charges → psp-simulator: POST /charges'],
  ],
  [
    'one of two alike that is missing is counted, and what hung below it has no parent',
    without(secondAttempt),
    [
      'missing (1 instead of 2): order: process order_processing → payment: process payment_queue',
      'payment: POST /charges has no parent in the trace',
    ],
  ],
  [
    'a doubled edge is counted',
    [...spans, { ...audited, spanId: 'copy' }],
    ['doubled (2 instead of 1): order: POST /orders → audit: process audit'],
  ],
  [
    'an edge that nobody drew is unexpected',
    [...spans, { ...audited, spanId: 'other', parentId: charge.spanId }],
    ['unexpected: payment: POST /charges → audit: process audit'],
  ],
  [
    'a span under the wrong one of two alike is found at both',
    changed(charge, { parentId: firstAttempt.spanId }),
    [
      'unexpected: payment: process payment_queue → payment: POST /charges',
      'missing: payment: process payment_queue → payment: POST /charges',
    ],
  ],
  [
    'a span of another service is another span',
    changed(charged, { service: 'payment' }),
    [
      'missing: payment: POST /charges → psp-simulator: POST /charges',
      'unexpected: payment: POST /charges → payment: POST /charges',
    ],
  ],
  [
    'a link that is missing is named',
    changed(secondAttempt, { links: [] }),
    ['unlinked: payment: process payment_queue ~> payment: process payment_queue'],
  ],
  [
    'a link to another span is missing where it belongs, and unexpected where it is',
    changed(retry, { links: [{ traceId: 'a', spanId: audited.spanId }] }),
    [
      'unlinked: payment: retry payment_queue ~> payment: process payment_queue',
      'unexpected link: payment: retry payment_queue ~> audit: process audit',
    ],
  ],
  [
    'a link to nowhere is found',
    changed(charge, { links: [{ traceId: 'b', spanId: 'gone' }] }),
    ['unexpected link: payment: POST /charges ~> a span that is not in the trace'],
  ],
  [
    'a link to another order that is missing is named',
    changed(parked, { links: [] }),
    ['unlinked: audit: park audit ~> a span that is not in the trace'],
  ],
  [
    'a span whose parent was never told of is lost',
    changed(audited, { parentId: 'never sent' }),
    [
      'missing: order: POST /orders → audit: process audit',
      'audit: process audit has no parent in the trace',
    ],
  ],
  [
    'a second trace is found, even if every edge is there',
    changed(charged, { traceId: 'b' }),
    ['one order, 2 traces: a, b'],
  ],
  ['nothing at all is no trace', [], ['no trace begins with order: POST /orders']],
])('%s', (_policy, mutated, problems) => {
  expect(walk(mutated, drawn)).toEqual(problems);
});

test('a trace that is drawn as it is has no problem with its drawing', () => {
  expect(walk(spans, drawing(drawSpans(spans)))).toEqual([]);
  expect(drawSpans([...spans].reverse())).toBe(`\
order: POST /orders
  order: process order_processing
    payment: process payment_queue [m1]
      payment: retry payment_queue ~> m1
    payment: process payment_queue ~> m1
      payment: POST /charges
        psp-simulator: POST /charges
  audit: process audit
  audit: park audit ~> elsewhere`);
});

test('a caller’s own trace may go on in ours: the root’s parent need not be known', () => {
  expect(walk(changed(spans[0]!, { parentId: 'the caller’s' }), drawn)).toEqual([]);
});

test('the spans of an order are all those of every trace in which one of its messages was', () => {
  const told = { ...audited, subject: 'an order' };
  const elsewhere = { ...told, traceId: 'b', spanId: 'b1' };
  const anothers = { ...told, traceId: 'c', spanId: 'c1', subject: 'another order' };
  expect(spansOfOrder([...without(audited), told, anothers], 'an order')).toHaveLength(spans.length);
  expect(spansOfOrder([told, elsewhere, anothers], 'an order')).toEqual([told, elsewhere]);
});
