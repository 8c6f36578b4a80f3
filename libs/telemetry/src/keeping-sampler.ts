import type { Attributes, Context, Link, SpanKind } from '@opentelemetry/api';
import { SamplingDecision, type Sampler, type SamplingResult } from '@opentelemetry/sdk-trace-node';
import { kept } from '@waybill/messaging';

const [keptName] = Object.keys(kept) as [string];

/** Asks `sampler` about all but the spans that are to be kept in any case: errors, retries, dead letters, operations. */
export class KeepingSampler implements Sampler {
  constructor(private readonly sampler: Sampler) {}

  shouldSample(
    context: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    if (attributes[keptName] === kept[keptName]) return { decision: SamplingDecision.RECORD_AND_SAMPLED };
    return this.sampler.shouldSample(context, traceId, name, kind, attributes, links);
  }

  toString(): string {
    return `KeepingSampler{${this.sampler.toString()}}`;
  }
}
