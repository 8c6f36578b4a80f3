import { context, propagation, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  InMemorySpanExporter,
  NodeTracerProvider,
  ParentBasedSampler,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-node';
import { KeepingSampler } from '../keeping-sampler.js';

/** The spans of this process, kept in it. */
export class RecordedSpans {
  private readonly exporter = new InMemorySpanExporter();
  private readonly provider: NodeTracerProvider;

  /** `ratio`: of the traces that begin here. */
  constructor({ ratio = 1 }: { readonly ratio?: 0 | 1 } = {}) {
    const root = ratio === 1 ? new AlwaysOnSampler() : new AlwaysOffSampler();
    this.provider = new NodeTracerProvider({
      sampler: new KeepingSampler(new ParentBasedSampler({ root })),
      spanProcessors: [new SimpleSpanProcessor(this.exporter)],
    });
    this.provider.register({ propagator: new W3CTraceContextPropagator() });
  }

  /** In the order in which they ended. */
  of(traceId: string): ReadableSpan[] {
    return this.exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === traceId);
  }

  /** `what-n`, the nth of its kind to end; its outcome if it has one; and those that it is linked to. */
  told(traceId: string): string[] {
    const spans = this.of(traceId);
    const names = new Map<string, string>();
    const counts = new Map<string, number>();
    for (const span of spans) {
      const what = span.name.split(' ')[0]!;
      counts.set(what, (counts.get(what) ?? 0) + 1);
      names.set(span.spanContext().spanId, `${what}-${counts.get(what)}`);
    }
    return spans.map((span) => tell(span, names));
  }

  async close(): Promise<void> {
    await this.provider.shutdown();
    [context, propagation, trace].forEach((api) => api.disable());
  }
}

function tell(span: ReadableSpan, names: ReadonlyMap<string, string>): string {
  const outcome = span.attributes['waybill.outcome'];
  const links = span.links.map((link) => names.get(link.context.spanId) ?? 'unknown');
  return [names.get(span.spanContext().spanId), outcome, ...(links.length > 0 ? ['→', ...links] : [])]
    .filter(Boolean)
    .join(' ');
}
