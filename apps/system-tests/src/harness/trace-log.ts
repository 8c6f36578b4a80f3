import { readSpans } from '../../../../tools/traces/otlp/read-spans.ts';
import { OtlpReceiver } from '../../../../tools/traces/otlp/receiver.ts';
import { spansOfOrder, type Span, type WholeSpan } from '../../../../tools/traces/span.ts';

/** What the services have exported since the start: they take this process for their collector. */
export class TraceLog {
  private readonly spans: WholeSpan[] = [];
  private receiver: OtlpReceiver | undefined;

  /** The answer is what services must be told. */
  async open(): Promise<Readonly<Record<string, string>>> {
    this.receiver = await OtlpReceiver.open((body) => void this.spans.push(...readSpans(body)));
    return {
      OTEL_EXPORTER_OTLP_ENDPOINT: this.receiver.url,
      // Only who asks for it by a sampled `traceparent` is traced: thousands of orders would be exported for nobody.
      OTEL_TRACES_SAMPLER: 'parentbased_always_off',
      OTEL_BSP_SCHEDULE_DELAY: '500',
    };
  }

  /** All of every trace that a message of the order was in, as far as it has come. */
  of(orderId: string): Span[] {
    return spansOfOrder(this.spans, orderId);
  }

  /** Everybody's, as far as they have come. */
  all(): readonly WholeSpan[] {
    return this.spans;
  }

  async close(): Promise<void> {
    await this.receiver?.close();
  }
}
