import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { ROOT_CONTEXT, SpanKind, trace, TraceFlags } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace-node';
import { samplerOf } from './sampler-of.js';

const traceId = (n: number) => createHash('md5').update(String(n)).digest('hex');

function sampled(environment: NodeJS.ProcessEnv, { attributes = {}, parent = ROOT_CONTEXT } = {}): number {
  const sampler = samplerOf(environment);
  const decide = (_: unknown, n: number) =>
    sampler.shouldSample(parent, traceId(n), 'a span', SpanKind.SERVER, attributes, []).decision;
  const decisions = Array.from({ length: 1_000 }, decide);
  return decisions.filter((decision) => decision === SamplingDecision.RECORD_AND_SAMPLED).length;
}

const under = (traceFlags: TraceFlags) =>
  trace.setSpanContext(ROOT_CONTEXT, {
    traceId: traceId(1),
    spanId: 'b7ad6b7169203331',
    traceFlags,
    isRemote: true,
  });

test('without a setting every trace is recorded that its beginning has not left out', () => {
  expect(sampled({})).toBe(1_000);
  expect(sampled({}, { parent: under(TraceFlags.NONE) })).toBe(0);
});

test('a ratio is kept to, and a trace that was begun as sampled stays so', () => {
  const tenth = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.1' };
  expect(sampled(tenth)).toBeGreaterThan(60);
  expect(sampled(tenth)).toBeLessThan(140);
  expect(sampled(tenth, { parent: under(TraceFlags.SAMPLED) })).toBe(1_000);
});

test.each(['always_off', 'parentbased_always_off', 'traceidratio'])(
  'what is to be kept is recorded also by %s',
  (name) => {
    const environment = { OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: '0' };
    expect(sampled(environment)).toBe(0);
    expect(sampled(environment, { attributes: { 'waybill.keep': true } })).toBe(1_000);
  },
);

test.each([
  [{ OTEL_TRACES_SAMPLER: 'some' }, 'OTEL_TRACES_SAMPLER: expected one of always_on'],
  [{ OTEL_TRACES_SAMPLER: 'constructor' }, 'OTEL_TRACES_SAMPLER: expected one of always_on'],
  [{ OTEL_TRACES_SAMPLER_ARG: '1.5' }, 'OTEL_TRACES_SAMPLER_ARG: expected a ratio from 0 to 1'],
  [{ OTEL_TRACES_SAMPLER_ARG: 'ten' }, 'OTEL_TRACES_SAMPLER_ARG: expected a ratio from 0 to 1'],
])('a setting that means nothing is refused: %j', (environment, message) => {
  expect(() => samplerOf(environment)).toThrow(message);
});
