/** A span as it should be: one line of a drawing. */
export interface Drawn {
  /** `service: span name` */
  readonly label: string;
  readonly children: readonly Drawn[];
  /** What it should be linked to, and nothing else. */
  readonly linkedTo: readonly Drawn[];
  /** How many of its links go to spans of other orders. */
  readonly linkedElsewhere: number;
}

type Growing = {
  readonly label: string;
  readonly children: Growing[];
  readonly linkedTo: Growing[];
  readonly linkedElsewhere: number;
};

interface Line {
  readonly depth: number;
  readonly label: string;
  readonly mark: string | undefined;
  readonly links: readonly string[];
}

const elsewhere = 'elsewhere';
const pattern = /^( *)(\S+: .+?)(?: \[(\w+)\])?(?: ~> (\w+(?:, \w+)*))?$/;

/**
 * Reads a trace as it is drawn: a line is a span, two spaces more are its child. `[mark]` names a line, `~> mark` is a
 * link to the line of that name,
 * `~> elsewhere` one to a span of another order.
 *
 *     order: POST /orders
 *       payment: process payment_queue [first]
 *         payment: retry payment_queue ~> first
 *
 * Lines of one name under one parent are told apart by when they begin: the upper one begins first.
 */
export function drawing(text: string): Drawn {
  const lines = text
    .split('\n')
    .filter((line) => line.trim())
    .map(readLine);
  const [top, ...others] = lines;
  if (!top || others.some(({ depth }) => depth === 0)) throw new Error('a drawing has one line at its left');
  const marked = new Map<string, Growing>();
  const linking: [Growing, readonly string[]][] = [];
  const branch: Growing[] = [];
  for (const { depth, label, mark, links } of lines) {
    const known = links.filter((link) => link !== elsewhere);
    const linkedElsewhere = links.length - known.length;
    const drawn: Growing = { label, children: [], linkedTo: [], linkedElsewhere };
    if (depth > branch.length) throw new Error(`"${label}" is drawn under nothing`);
    branch.length = depth;
    branch.at(-1)?.children.push(drawn);
    branch.push(drawn);
    if (mark) marked.set(mark, drawn);
    linking.push([drawn, known]);
  }
  for (const [drawn, links] of linking) drawn.linkedTo.push(...links.map((mark) => lineMarked(mark, marked)));
  return branch[0]!;
}

function readLine(line: string): Line {
  const [, indent = '', label = '', mark, links = ''] = pattern.exec(line.trimEnd()) ?? [];
  if (!label || indent.length % 2 !== 0) throw new Error(`this is no line of a drawing: "${line}"`);
  return { depth: indent.length / 2, label, mark, links: links.split(', ').filter(Boolean) };
}

function lineMarked(mark: string, marked: ReadonlyMap<string, Growing>): Growing {
  const drawn = marked.get(mark);
  if (!drawn) throw new Error(`no line is marked [${mark}]`);
  return drawn;
}
