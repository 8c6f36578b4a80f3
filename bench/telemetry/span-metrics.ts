/** What one service, or all of them, say of their spans; nothing of it where a service does not say. */
export interface SpanCounts {
  /** Handed to the exporter. */
  readonly processed: number;
  readonly dropped: number;
  readonly queued: number;
}

/** Reads a `/metrics` page. */
export function spanCountsIn(page: string): SpanCounts {
  const processed = samplesOf('otel_sdk_processor_span_processed_total', page);
  const isDropped = ({ labels }: Sample) => labels.includes('error_type=');
  return {
    processed: sum(processed.filter((sample) => !isDropped(sample))),
    dropped: sum(processed.filter(isDropped)),
    queued: sum(samplesOf('otel_sdk_processor_span_queue_size', page)),
  };
}

export const inAll = (counts: readonly SpanCounts[]): SpanCounts => ({
  processed: counts.reduce((total, { processed }) => total + processed, 0),
  dropped: counts.reduce((total, { dropped }) => total + dropped, 0),
  queued: counts.reduce((total, { queued }) => total + queued, 0),
});

interface Sample {
  readonly labels: string;
  readonly value: number;
}

function samplesOf(name: string, page: string): Sample[] {
  const lines = page.matchAll(new RegExp(`^${name}(?:\\{(.*)\\})? (\\S+)`, 'gm'));
  return [...lines].map(([, labels = '', value]) => ({ labels, value: Number(value) }));
}

const sum = (samples: readonly Sample[]): number => samples.reduce((total, { value }) => total + value, 0);
