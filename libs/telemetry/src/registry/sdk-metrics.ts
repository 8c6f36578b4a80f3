import { everybody, metric } from './metric.js';

const component = ['otel.component.type', 'otel.component.name'] as const;
const exported = {
  situation: 'spans are exported (`OTEL_EXPORTER_OTLP_ENDPOINT`)',
  provedBy: 'libs/telemetry/src/registry/sdk-metrics.spec.ts',
};

/** What OpenTelemetry’s SDK says of the spans on their way out; it makes these instruments itself. */
export const sdkMetrics = {
  processed: metric({
    name: 'otel.sdk.processor.span.processed',
    instrument: 'Counter',
    unit: '{span}',
    description:
      'Spans that were handed to the exporter; with `error.type`, those that were lost (`queue_full`)',
    attributes: component,
    sometimes: ['error.type'],
    shownBy: everybody,
    onlyWhen: exported,
  }),
  queueSize: metric({
    name: 'otel.sdk.processor.span.queue.size',
    instrument: 'UpDownCounter',
    unit: '{span}',
    description: 'Spans that wait to be exported',
    attributes: component,
    shownBy: everybody,
    onlyWhen: exported,
  }),
  queueCapacity: metric({
    name: 'otel.sdk.processor.span.queue.capacity',
    instrument: 'UpDownCounter',
    unit: '{span}',
    description: 'How many may wait before spans are lost (`OTEL_BSP_MAX_QUEUE_SIZE`)',
    attributes: component,
    shownBy: everybody,
    onlyWhen: exported,
  }),
} as const;
