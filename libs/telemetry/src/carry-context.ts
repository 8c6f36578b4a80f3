import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { AlwaysOffSampler, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { Spans } from './export-spans.js';

/** Records no span; trace ids are drawn and travel all the same, so that log lines of one order can be joined. */
export function carryContext(): Spans {
  const provider = new NodeTracerProvider({ sampler: new AlwaysOffSampler() });
  provider.register({ propagator: new W3CTraceContextPropagator() });
  return { flush: async () => undefined, stop: () => provider.shutdown() };
}
