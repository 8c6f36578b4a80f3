import { context, isSpanContextValid, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Attributes, Context, Link, Span, SpanKind, Tracer } from '@opentelemetry/api';
import { traceHeaders } from './trace-context.js';

/** A span that starts with this attribute is recorded whatever was decided for its trace (docs/adr/0029). */
export const kept: Attributes = { 'waybill.keep': true };

export interface SpanDescription {
  readonly name: string;
  readonly kind: SpanKind;
  /** Asked for only where the span is recorded: in an unsampled trace nothing is built. */
  readonly attributes: () => Attributes;
  readonly links?: () => Link[];
  /** Recorded in an unsampled trace too, and all that comes of it. */
  readonly keep?: boolean;
}

/**
 * A span of which an error is always recorded: in an unsampled trace it does nothing until it fails, and then a span is made
 * that began when this one did. What ran inside saw the unsampled one, so nothing else of the trace is recorded with it.
 */
export class TracedSpan {
  readonly context: Context;
  private span: Span;
  private readonly startedAt = performance.now();

  constructor(
    private readonly tracer: Tracer,
    private readonly description: SpanDescription,
    private readonly parent: Context = context.active(),
  ) {
    this.span = this.start(description.keep ?? false);
    // While no SDK is started there is nothing to pass on, and a context would be made for each span all the same.
    this.context = isSpanContextValid(this.span.spanContext()) ? trace.setSpan(parent, this.span) : parent;
  }

  within<T>(work: () => T): T {
    return context.with(this.context, work);
  }

  /** `endedAt` as `performance.now()` says. */
  end(attributes: Attributes = {}, endedAt?: number): void {
    if (!this.span.isRecording()) return;
    this.span.setAttributes(attributes);
    this.span.end(endedAt);
  }

  /** An error that is the other side's good right: no reason to record it where its trace is not. */
  mark(errorType: string): void {
    if (!this.span.isRecording()) return;
    this.span.setAttribute('error.type', errorType);
    this.span.setStatus({ code: SpanStatusCode.ERROR });
  }

  /** `errorType` is of few values and holds nothing of the message; what the error says is left to whoever may log it. */
  fail(errorType: string, attributes: Attributes = {}, endedAt?: number): void {
    if (!this.span.isRecording()) this.span = this.start(true, this.startedAt);
    this.mark(errorType);
    this.end(attributes, endedAt);
  }

  /** Names it from elsewhere, once it is recorded; nothing while it is not. */
  get traceparent(): string | undefined {
    const { traceFlags } = this.span.spanContext();
    if ((traceFlags & 1) === 0) return undefined;
    return context.with(trace.setSpan(this.parent, this.span), traceHeaders)['traceparent'];
  }

  private start(keep: boolean, startTime?: number): Span {
    const { name, kind, attributes, links } = this.description;
    const options = { kind, ...(keep && { attributes: kept }), ...(startTime && { startTime }) };
    const span = this.tracer.startSpan(name, options, this.parent);
    if (!span.isRecording()) return span;
    span.setAttributes(attributes());
    if (links) span.addLinks(links());
    return span;
  }
}

/** For a client's span: whom it asks. */
export function serverAttributes(url: string): Attributes {
  const { hostname, port } = new URL(url);
  return { 'server.address': hostname, ...(port && { 'server.port': Number(port) }) };
}

/** Runs `work` in a span; a rejection is its error, and passes through. */
export async function inSpan<T>(
  tracer: Tracer,
  description: SpanDescription,
  work: (span: TracedSpan) => Promise<T>,
  parent?: Context,
): Promise<T> {
  const span = new TracedSpan(tracer, description, parent);
  try {
    const result = await span.within(() => work(span));
    span.end();
    return result;
  } catch (error) {
    span.fail(errorTypeOf(error));
    throw error;
  }
}

/** The error's code where it has one, else its class. */
export function errorTypeOf(error: unknown): string {
  if (!(error instanceof Error)) return '_OTHER';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
