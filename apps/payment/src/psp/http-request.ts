import { context, propagation, SpanKind, trace } from '@opentelemetry/api';
import { errorTypeOf, serverAttributes, TracedSpan } from '@waybill/messaging';
import { histogramOf, requestMetrics, type AttributesOf } from '@waybill/telemetry';

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
export async function sendHttpRequest(question: HttpQuestion): Promise<HttpAnswer> {
  const span = new TracedSpan(tracer, {
    name: `${question.method} ${question.template}`,
    kind: SpanKind.CLIENT,
    attributes: () => attributesOf(question),
  });
  try {
    const answer = await span.within(() => measured(question));
    end(span, answer);
    return answer;
  } catch (error) {
    span.fail(errorTypeOf(error));
    throw error;
  }
}

const attributesOf = ({ method, url, template }: HttpQuestion) => ({
  'http.request.method': method,
  'url.full': url,
  'url.template': template,
  ...serverAttributes(url),
});

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

/** By OpenTelemetry's conventions 4xx is a client's error; that something cannot be cancelled any more is none of ours. */
function end(span: TracedSpan, { status }: HttpAnswer): void {
  const answered = { 'http.response.status_code': status };
  if (status >= 500) return span.fail(String(status), answered);
  if (status >= 400) span.mark(String(status));
  span.end(answered);
}
