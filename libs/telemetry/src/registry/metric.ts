/** Everybody who answers `GET /metrics`. */
export type ServiceName = 'order' | 'payment' | 'audit' | 'notification' | 'psp-simulator';

/** One metric as OpenTelemetry names it; on a page dots become `_`, and a counter ends in `_total`. */
export interface Metric {
  readonly name: string;
  /** Observable ones are read when somebody asks; the others are told what happens. */
  readonly instrument: 'Counter' | 'UpDownCounter' | 'Histogram' | 'ObservableGauge' | 'ObservableCounter';
  readonly unit: string;
  readonly description: string;
  /** On every one of its series. */
  readonly attributes: readonly string[];
  /** On some of them. */
  readonly sometimes?: readonly string[];
  readonly shownBy: readonly ServiceName[];
  /** It is absent at other times, and the named test shows it. All others are there from a service's start on. */
  readonly onlyWhen?: { readonly situation: string; readonly provedBy: string };
  /** Of a histogram. */
  readonly bounds?: readonly number[];
}

/** Keeps the names of its attributes in its type, so that a series with another name is not compiled. */
export const metric = <const M extends Metric>(declared: M): M => declared;

export const everybody = ['order', 'payment', 'audit', 'notification', 'psp-simulator'] as const;
/** Services with subscriptions, and hence with an outbox for what they tell of them. */
export const consumers = ['order', 'payment', 'audit', 'notification'] as const;

/** From a statement or two to a handler that has timed out, in seconds. */
export const handlingBounds = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
] as const;

/** OpenTelemetry's advice for requests. */
export const requestBounds = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
] as const;

/** OpenTelemetry's advice for databases. */
export const statementBounds = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] as const;
