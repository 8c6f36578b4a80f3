import { samplerNames } from '@waybill/telemetry';
import { setting } from './setting-fields.js';

/** OpenTelemetry's own variables, as far as they are more than passed on to it. Read by `startTelemetry`. */
export const telemetrySettings = {
  OTEL_EXPORTER_OTLP_ENDPOINT: setting
    .httpUrl()
    .optional()
    .describe('Where spans are sent, by OTLP over HTTP. Absent: none is recorded.'),
  OTEL_TRACES_SAMPLER: setting
    .oneOf(...samplerNames)
    .optional()
    .describe(
      'Which traces are recorded: `parentbased_always_on` if absent. Errors, retries, dead letters and operations are in any case.',
    ),
  OTEL_TRACES_SAMPLER_ARG: setting
    .ratio()
    .optional()
    .describe('Which part of the traces, with a sampler that takes a ratio. 1 if absent.'),
  OTEL_BSP_MAX_QUEUE_SIZE: setting
    .count(1)
    .optional()
    .describe(
      'Spans that wait to be sent: 16384 if absent. Those beyond are dropped, counted and told in the log.',
    ),
};
