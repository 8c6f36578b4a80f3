import type { Aim } from '../contest/line.ts';

/** One way of running the services. */
export interface Mode {
  readonly name: string;
  /** Of traces that are recorded; nothing at all is exported when absent. */
  readonly share?: number;
  /** Of the rate without telemetry. */
  readonly aim?: Aim;
}

export const off = { name: 'telemetry off' } as const satisfies Mode;
export const tenth = { name: '10 % of traces', share: 0.1, aim: { atLeast: 0.97 } } as const satisfies Mode;
export const all = { name: '100 % of traces', share: 1, aim: { atLeast: 0.9 } } as const satisfies Mode;

export const modes: readonly Mode[] = [off, tenth, all];

/** By OpenTelemetry's variables; an order is recorded whole or not at all. */
export function settingsOf({ share }: Mode, collectorUrl: string): Readonly<Record<string, string>> {
  if (share === undefined) return { OTEL_EXPORTER_OTLP_ENDPOINT: '' };
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: collectorUrl,
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: String(share),
  };
}
