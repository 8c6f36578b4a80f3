import { expect, test } from '@jest/globals';
import { inAll, spanCountsIn } from './span-metrics.ts';

const page = `
# TYPE otel_sdk_processor_span_processed_total counter
otel_sdk_processor_span_processed_total{otel_component_name="batching_span_processor/0"} 1200
otel_sdk_processor_span_processed_total{otel_component_name="batching_span_processor/0",error_type="queue_full"} 7
otel_sdk_processor_span_queue_size{otel_component_name="batching_span_processor/0"} 31
otel_sdk_processor_span_queue_capacity{otel_component_name="batching_span_processor/0"} 16384
`;

test('what was exported, what was dropped and what waits are told apart, and added up over services', () => {
  const counts = { processed: 1_200, dropped: 7, queued: 31 };
  expect(spanCountsIn(page)).toEqual(counts);
  expect(spanCountsIn('')).toEqual({ processed: 0, dropped: 0, queued: 0 });
  expect(inAll([counts, counts])).toEqual({ processed: 2_400, dropped: 14, queued: 62 });
});
