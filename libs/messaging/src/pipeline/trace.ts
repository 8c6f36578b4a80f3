import { SpanKind, trace } from '@opentelemetry/api';
import type { Attributes } from '@opentelemetry/api';
import type { FailedRuns } from '../failed-runs.js';
import { messagingAttributes } from '../messaging-attributes.js';
import { contextFrom, spanContextFrom } from '../trace-context.js';
import { errorTypeOf, TracedSpan } from '../traced-span.js';
import type { Run } from './decide.js';
import type { Handled } from './handled.js';
import type { Pipeline, Work } from './work.js';

const tracer = trace.getTracer('@waybill/messaging');

/**
 * One run of a message's handler, as a span whose parent is the context the message was created in, so that one order is
 * one trace. A later run is linked to the first. OpenTelemetry's API does nothing until a service starts its SDK.
 */
export class Attempt {
  private readonly span: TracedSpan;
  private handledAt: number | undefined;

  constructor(work: Work, before: FailedRuns, pipeline: Pipeline) {
    const first = spanContextFrom(before.firstAttempt);
    this.span = new TracedSpan(
      tracer,
      {
        name: `process ${pipeline.subscription.name}`,
        kind: SpanKind.CONSUMER,
        attributes: () => attributesOf(work, before, pipeline),
        ...(first && { links: () => [{ context: first }], keep: true }),
      },
      contextFrom(work.delivery.message.attributes),
    );
  }

  within<T>(work: () => T): T {
    return this.span.within(work);
  }

  /** Runs one of many in a transaction that ends later: the span tells how long this one took. */
  async among<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.within(work);
    } finally {
      this.handledAt = performance.now();
    }
  }

  /** What is known of the message's runs after this one. */
  ended(run: Run, before: FailedRuns): FailedRuns {
    const failure = failureOf(run);
    if (failure) return this.failed(failure, before);
    this.handled((run as Extract<Run, { handled: unknown }>).handled.kind);
    return before;
  }

  handled(outcome: Handled['kind']): void {
    this.span.end({ 'waybill.outcome': outcome }, this.handledAt);
  }

  failed({ outcome, errorType }: RunFailure, before: FailedRuns): FailedRuns {
    this.span.fail(errorType, { 'waybill.outcome': outcome }, this.handledAt);
    const { traceparent } = this.span;
    if (!traceparent) return before;
    return { ...before, firstAttempt: before.firstAttempt ?? traceparent, lastAttempt: traceparent };
  }

  /** Nothing of it was kept, through no fault of its own; it runs again. */
  rolledBack(): void {
    this.span.end({ 'waybill.outcome': 'rolled-back' }, this.handledAt);
  }
}

interface RunFailure {
  readonly outcome: 'threw' | 'retryLater' | 'deadLetter';
  readonly errorType: string;
}

function failureOf(run: Run): RunFailure | undefined {
  if ('thrown' in run) return { outcome: 'threw', errorType: errorTypeOf(run.thrown) };
  const { kind } = run.handled;
  return kind === 'retryLater' || kind === 'deadLetter' ? { outcome: kind, errorType: kind } : undefined;
}

function attributesOf(
  { envelope, delivery }: Work,
  { attempts }: FailedRuns,
  { subscription }: Pipeline,
): Attributes {
  const { origin } = delivery;
  return {
    ...messagingAttributes(subscription.broker, { ...origin, envelope, subscription: subscription.name }),
    'messaging.operation.name': 'process',
    'messaging.operation.type': 'process',
    ...(subscription.broker === 'kafka' && { 'messaging.consumer.group.name': subscription.name }),
    'waybill.attempt': attempts + 1,
  };
}
