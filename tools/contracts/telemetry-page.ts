import {
  messagingLines,
  metrics,
  spans,
  type MessagingLine,
  type Metric,
  type SpanPattern,
} from '@waybill/telemetry';
import { format } from 'prettier';

/** `docs/reference/telemetry.md`: every metric, span and log line about messaging, for people. */
export function telemetryPage(): Promise<string> {
  const text = [
    '# Telemetry',
    '<!-- Written by `npm run contracts`; a test compares it with the code. -->',
    'Everything that services show of themselves, by OpenTelemetry’s names where it has one. The list is data ' +
      '([registry](../../libs/telemetry/src/registry)): instruments are made from it and from nothing else, and an ' +
      'end-to-end test compares it with what running services show, both ways.',
    '## Metrics',
    'Each service answers `GET /metrics` in Prometheus’ text format. There, dots are underscores and a counter ends in ' +
      '`_total`: `waybill.messages.handled` is `waybill_messages_handled_total`. What is read at intervals (rows, lag, ages) ' +
      'is at most a few seconds old, and left out while it is unknown: asking for the page asks no broker and no database.',
    ...metrics.map(metricSection),
    '## Spans',
    'Exported by OTLP when `OTEL_EXPORTER_OTLP_ENDPOINT` is set. In a name, `{…}` stands for what differs.',
    ...spans.map(spanSection),
    '## Log lines about messaging',
    'JSON, one a line. `msg` is `message` and the kind; every line has `trace_id` where it was written in a trace.',
    [
      '| msg | level | fields |',
      '| --- | --- | --- |',
      ...Object.entries(messagingLines).map(([kind, line]) => lineRow(kind, line)),
    ].join('\n'),
  ].join('\n\n');
  return format(text, { parser: 'markdown', printWidth: 110 });
}

const listed = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');
const some = ({ sometimes = [] }: { readonly sometimes?: readonly string[] | undefined }): string =>
  sometimes.length > 0 ? `; on some: ${listed(sometimes)}` : '';

function metricSection(metric: Metric): string {
  const { name, instrument, unit, description, attributes, shownBy, onlyWhen } = metric;
  const facts = [
    `- ${kindOf(instrument)}, unit \`${unit}\``,
    `- attributes: ${listed(attributes) || 'none'}${some(metric)}`,
    `- shown by: ${shownBy.join(', ')}`,
    ...(onlyWhen ? [`- only when ${onlyWhen.situation} (\`${onlyWhen.provedBy}\`)`] : []),
  ];
  return [`### ${name}`, `${description}.`, facts.join('\n')].join('\n\n');
}

const kindOf = (instrument: Metric['instrument']): string =>
  instrument === 'UpDownCounter' ? 'gauge' : instrument.replace('Observable', '').toLowerCase();

function spanSection(span: SpanPattern): string {
  const { name, kind, description, attributes, parent, links, madeBy } = span;
  const facts = [
    `- kind ${kind}`,
    `- attributes: ${listed(attributes)}${some(span)}`,
    `- parent: ${parent}`,
    ...(links.length > 0 ? [`- linked to: ${links.join('; ')}`] : []),
    `- made by: ${madeBy.join(', ')}`,
  ];
  return [`### \`${name}\``, `${description}.`, facts.join('\n')].join('\n\n');
}

const lineRow = (kind: string, { level, fields }: MessagingLine): string =>
  `| message ${kind} | ${level === 'log' ? 'info' : level} | ${listed(fields)} |`;
