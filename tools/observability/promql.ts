import { parser } from '@prometheus-io/lezer-promql';

type Node = ReturnType<typeof parser.parse>['topNode'];

/** What one part of a query reads. */
export interface Selector {
  readonly metric: string;
  /** What it is narrowed by, and what is grouped by around it. */
  readonly labels: readonly string[];
}

/** Grafana puts a duration there. What is chosen above a dashboard stands inside of strings, and can stay. */
export const withVariables = (query: string): string => query.replaceAll('$__rate_interval', '5m');

/** All that a query reads. Throws on what is no PromQL: the parser itself only marks it and goes on. */
export function selectorsOf(query: string): Selector[] {
  const text = withVariables(query);
  const selectors: Selector[] = [];
  parser.parse(text).iterate({
    enter: ({ type, node, from }) => {
      if (type.isError) throw new Error(`no PromQL from "${text.slice(from, from + 20)}" on: ${text}`);
      if (type.name === 'VectorSelector') selectors.push(selectorOf(node, text));
    },
  });
  return selectors;
}

function selectorOf(node: Node, text: string): Selector {
  const identifier = node.getChild('Identifier');
  if (!identifier) throw new Error(`a selector without a name: ${text}`);
  return {
    metric: text.slice(identifier.from, identifier.to),
    labels: [...labelsIn(node.getChild('LabelMatchers'), text), ...groupedBy(node, text)],
  };
}

function groupedBy(node: Node | null, text: string): string[] {
  if (!node) return [];
  return [...labelsIn(node.getChild('AggregateModifier'), text), ...groupedBy(node.parent, text)];
}

function labelsIn(node: Node | null, text: string): string[] {
  const labels: string[] = [];
  node?.toTree().iterate({
    enter: ({ name, from, to }) => {
      if (name === 'LabelName') labels.push(text.slice(node.from + from, node.from + to));
    },
  });
  return labels;
}
