import {
  metrics,
  type AttributeValue,
  type BatchObservableCallback,
  type ObservableCounter,
  type ObservableGauge,
} from '@opentelemetry/api';
import type { Metric } from './registry/metric.js';

/** Attributes of one series, by the names that the registry has for them. */
export type AttributesOf<M extends Metric> = Readonly<
  Record<M['attributes'][number], AttributeValue> &
    Partial<
      Record<M extends { sometimes: readonly (infer Name extends string)[] } ? Name : never, AttributeValue>
    >
>;

/** One value of a metric that is read. */
export interface Reading<M extends Metric> {
  readonly value: number;
  readonly attributes: AttributesOf<M>;
}

type Named<Instrument extends Metric['instrument']> = Metric & { readonly instrument: Instrument };

/*
 * The only place that makes instruments, and only from entries of the registry. Each is made when it is first used after
 * telemetry was started: what is made before is given to nobody. What is to be shown must be told after that.
 */
const meter = () => metrics.getMeter('@waybill/telemetry');

export function counterOf<M extends Named<'Counter' | 'UpDownCounter'>>(
  entry: M,
): { add(by: number, attributes: AttributesOf<M>): void } {
  const made = oncePerStart(() =>
    entry.instrument === 'Counter'
      ? meter().createCounter<AttributesOf<M>>(entry.name, entry)
      : meter().createUpDownCounter<AttributesOf<M>>(entry.name, entry),
  );
  return { add: (by, attributes) => made().add(by, attributes) };
}

export function histogramOf<M extends Named<'Histogram'>>(
  entry: M,
): { record(value: number, attributes: AttributesOf<M>): void } {
  const advice = { explicitBucketBoundaries: [...(entry.bounds ?? [])] };
  const made = oncePerStart(() => meter().createHistogram<AttributesOf<M>>(entry.name, { ...entry, advice }));
  return { record: (value, attributes) => made().record(value, attributes) };
}

type Observable = Named<'ObservableGauge' | 'ObservableCounter'>;

/**
 * Shows what `read` answers whenever somebody asks for the metrics; it must answer at once, from what is known already. What
 * is unknown is left out. The answer ends it.
 */
export function show<M extends Observable>(entry: M, read: () => Iterable<Reading<M>>): () => void {
  return showTogether({ entry }, () => ({ entry: read() }));
}

/** The same for several, read at the same moment. */
export function showTogether<Group extends Readonly<Record<string, Observable>>>(
  entries: Group,
  read: () => { readonly [Name in keyof Group]: Iterable<Reading<Group[Name]>> },
): () => void {
  const made = Object.entries(entries).map(([key, entry]) => [key, observableOf(entry)] as const);
  const observe: BatchObservableCallback = (result) => {
    const all = read();
    for (const [key, instrument] of made)
      for (const { value, attributes } of all[key]!) result.observe(instrument, value, attributes);
  };
  const instruments = made.map(([, instrument]) => instrument);
  const shownBy = meter();
  shownBy.addBatchObservableCallback(observe, instruments);
  return () => shownBy.removeBatchObservableCallback(observe, instruments);
}

const observableOf = (entry: Observable): ObservableGauge | ObservableCounter =>
  entry.instrument === 'ObservableGauge'
    ? meter().createObservableGauge(entry.name, entry)
    : meter().createObservableCounter(entry.name, entry);

let starts = 0;

/** Telemetry was started: what was made before belongs to nobody. */
export function makeInstrumentsAnew(): void {
  starts++;
}

function oncePerStart<T>(make: () => T): () => T {
  let made: { readonly instrument: T; readonly start: number } | undefined;
  return () => {
    if (made?.start !== starts) made = { instrument: make(), start: starts };
    return made.instrument;
  };
}
