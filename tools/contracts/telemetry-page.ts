import {
  attributeGroups,
  everyLine,
  messagingLines,
  metrics,
  spans,
  type AttributeGroup,
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
    'What services show of themselves, by OpenTelemetry’s names where it has any; ours begin with `waybill.`. The lists are ' +
      'data ([registry](../../libs/telemetry/src/registry)), and end-to-end tests compare them with what running services ' +
      'show: nothing is missing, and nothing is there that is not listed.',
    [
      '| what | where it is | how to see it |',
      '| --- | --- | --- |',
      '| [metrics](#metrics) | `GET /metrics` of each service | `curl -s http://127.0.0.1:3001/metrics`; in Grafana: [watch it](../how-to/watch-it.md) |',
      '| [spans](#spans) | exported by OTLP, where `OTEL_EXPORTER_OTLP_ENDPOINT` says | in Jaeger: [follow an order](../how-to/follow-an-order-in-jaeger.md) |',
      '| [log lines](#log-lines) | stdout of each service | under `npm start` in `.waybill/logs`, in Docker `docker compose logs order` |',
    ].join('\n'),
    '## Metrics',
    'In Prometheus’ text format dots are underscores and a counter ends in `_total`: `waybill.messages.handled` is ' +
      '`waybill_messages_handled_total`. What is read at intervals (rows, lag, ages) is at most a few seconds old, and left ' +
      'out while it is unknown: asking for the page asks no broker and no database.',
    ...metrics.map(metricSection),
    '## Spans',
    'Which traces are recorded is said by `OTEL_TRACES_SAMPLER`; what failed, was retried, parked or set aside, and what ' +
      'persons did about it, always is ([why](../adr/0029-what-failed-is-always-traced.md)). In a name, `{…}` stands for ' +
      'what differs.',
    'Attributes that spans have in common:',
    attributeGroups.map(groupItem).join('\n'),
    'A span with `error.type` has the status ERROR too; its text is left out, it may quote a person. `waybill.keep` is on ' +
      'those that are recorded whatever was decided for their trace.',
    ...spans.map(spanSection),
    '## Log lines',
    `JSON, one a line. Every line has ${listed(everyLine.fields)}; some have ${listed(everyLine.sometimes)}. ` +
      'A line is in the trace of what it tells of: `trace_id` and `span_id` name the run that ended so, else the context ' +
      'that the message was created in. Fields that tell of a person are `[personal]`.',
    'Lines about messages are these, besides what every line has. Others (requests that failed, start and stop, `spans ' +
      'lost`, what the audit found) are not listed: their `msg` says what happened.',
    [
      '| msg | level | fields |',
      '| --- | --- | --- |',
      ...Object.entries(messagingLines).map(([kind, line]) => lineRow(kind, line)),
    ].join('\n'),
  ].join('\n\n');
  return format(text, { parser: 'markdown', printWidth: 110 });
}

const quoted = (name: string): string => `\`${name}\``;
const listed = (names: readonly string[]): string => names.map(quoted).join(', ');
const rarely = (onlyWhen: Metric['onlyWhen']): string[] =>
  onlyWhen ? [`- only when ${onlyWhen.situation} (\`${onlyWhen.provedBy}\`)`] : [];
const some = ({ sometimes = [] }: { readonly sometimes?: readonly string[] | undefined }): string =>
  sometimes.length > 0 ? `; on some: ${listed(sometimes)}` : '';

function metricSection(metric: Metric): string {
  const { name, instrument, unit, description, attributes, shownBy, onlyWhen } = metric;
  const facts = [
    `- ${kindOf(instrument)}, unit \`${unit}\``,
    `- attributes: ${listed(attributes) || 'none'}${some(metric)}`,
    `- shown by: ${shownBy.join(', ')}`,
    ...rarely(onlyWhen),
  ];
  return [`### ${name}`, `${description}.`, facts.join('\n')].join('\n\n');
}

const kindOf = (instrument: Metric['instrument']): string =>
  instrument === 'UpDownCounter' ? 'gauge' : instrument.replace('Observable', '').toLowerCase();

const groupItem = (group: AttributeGroup): string =>
  `- ${group.title}: ${`${listed(group.attributes)}${some(group)}`.replace(/^; /, '')}`;

function spanSection(span: SpanPattern): string {
  const { name, kind, description, groups = [], attributes, parent, links, madeBy, onlyWhen } = span;
  const named = [...groups.map(({ title }) => `those of ${title}`), ...attributes.map(quoted)].join(', ');
  const facts = [
    `- kind ${kind}`,
    `- attributes: ${named}${some(span)}`,
    `- parent: ${parent}`,
    ...(links ? [`- linked to ${links.to}`] : []),
    `- made by: ${madeBy.join(', ')}`,
    ...rarely(onlyWhen),
  ];
  return [`### \`${name}\``, `${description}.`, facts.join('\n')].join('\n\n');
}

const lineRow = (kind: string, { level, fields }: MessagingLine): string =>
  `| message ${kind} | ${level === 'log' ? 'info' : level} | ${listed(fields)} |`;
