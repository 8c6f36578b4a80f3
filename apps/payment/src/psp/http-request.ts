import { histogramOf, requestMetrics, type AttributesOf } from '@waybill/telemetry';
import { context, propagation, SpanKind, SpanStatusCode, trace, type Span } from '@opentelemetry/api';

export interface HttpQuestion {
  readonly method: 'POST' | 'PUT';
  readonly url: string;
  /** The path with placeholders: what spans of one kind have in common. */
  readonly template: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** From the first byte sent to the last one read. */
  readonly timeoutMs: number;
}

type Became = Pick<AttributesOf<typeof requestMetrics.client>, 'http.response.status_code' | 'error.type'>;

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

const duration = histogramOf(requestMetrics.client);
const tracer = trace.getTracer('@waybill-apps/payment');

/**
 * One request on a kept-alive connection (`fetch` pools them), in a client span whose context travels along. Rejects
 * when there is no whole answer in time; whether the other side acted is then unknown.
 */
export function sendHttpRequest(question: HttpQuestion): Promise<HttpAnswer> {
  const attributes = { 'http.request.method': question.method, 'url.full': question.url };
  const options = { kind: SpanKind.CLIENT, attributes };
  return tracer.startActiveSpan(`${question.method} ${question.template}`, options, (span) =>
    measured(question).then(
      (answer) => ended(span, answer),
      (error: unknown) => failed(span, error),
    ),
  );
}

async function measured(question: HttpQuestion): Promise<HttpAnswer> {
  const startedAt = performance.now();
  const record = (became: Became): void =>
    duration.record((performance.now() - startedAt) / 1_000, {
      'http.request.method': question.method,
      'server.address': new URL(question.url).hostname,
      ...became,
    });
  try {
    const answer = await send(question);
    record({ 'http.response.status_code': answer.status });
    return answer;
  } catch (error) {
    record({ 'error.type': (error as Partial<Error>).name ?? 'unknown' });
    throw error;
  }
}

async function send({ url, method, headers, body, timeoutMs }: HttpQuestion): Promise<HttpAnswer> {
  const traced: Record<string, string> = { ...headers };
  propagation.inject(context.active(), traced);
  const signal = AbortSignal.timeout(timeoutMs);
  const response = await fetch(url, { method, headers: traced, signal, ...(body !== undefined && { body }) });
  return { status: response.status, body: await response.text() };
}

function ended(span: Span, answer: HttpAnswer): HttpAnswer {
  span.setAttribute('http.response.status_code', answer.status);
  if (answer.status >= 400) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
  return answer;
}

function failed(span: Span, error: unknown): never {
  span.recordException(error instanceof Error ? error : String(error));
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
  throw error;
}
