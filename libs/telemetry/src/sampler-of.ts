import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  type Sampler,
} from '@opentelemetry/sdk-trace-node';
import { KeepingSampler } from './keeping-sampler.js';
import { samplerNames } from './sampler-names.js';

/** A ratio is given by `OTEL_TRACES_SAMPLER_ARG`. */
const samplers: Readonly<Record<(typeof samplerNames)[number], (ratio: number) => Sampler>> = {
  always_on: () => new AlwaysOnSampler(),
  always_off: () => new AlwaysOffSampler(),
  traceidratio: (ratio) => new TraceIdRatioBasedSampler(ratio),
  parentbased_always_on: () => new ParentBasedSampler({ root: new AlwaysOnSampler() }),
  parentbased_always_off: () => new ParentBasedSampler({ root: new AlwaysOffSampler() }),
  parentbased_traceidratio: (ratio) => new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
};

/** Which traces are recorded, as OpenTelemetry's variables say; errors, retries, dead letters and operations of all. */
export function samplerOf(environment: NodeJS.ProcessEnv): Sampler {
  const asked = environment['OTEL_TRACES_SAMPLER'] || 'parentbased_always_on';
  const name = samplerNames.find((each) => each === asked);
  const ratio = Number(environment['OTEL_TRACES_SAMPLER_ARG'] || 1);
  if (!name) throw new Error(`OTEL_TRACES_SAMPLER: expected one of ${samplerNames.join(', ')}`);
  if (!(ratio >= 0 && ratio <= 1)) throw new Error('OTEL_TRACES_SAMPLER_ARG: expected a ratio from 0 to 1');
  return new KeepingSampler(samplers[name](ratio));
}
