import { propagation, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { TracedSpan } from '@waybill/messaging';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isProbe } from './probes.js';

const tracer = trace.getTracer('@waybill/service-kit');
const spans = new WeakMap<FastifyRequest, TracedSpan>();

/**
 * One server span per request, under the caller's `traceparent` if there is one: the root of an order's trace. Probes
 * are left out, they would be most of what is recorded.
 */
export function traceRequests(fastify: FastifyInstance): void {
  // In preHandler, because reading the body continues in another asynchronous context.
  fastify.addHook('preHandler', (request, _reply, done) => {
    if (isProbe(request)) return done();
    const span = startSpan(request);
    spans.set(request, span);
    span.within(done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const span = spans.get(request);
    if (span) endSpan(span, reply.statusCode);
    done();
  });
}

function startSpan(request: FastifyRequest): TracedSpan {
  const { method, id, url } = request;
  const { url: route } = request.routeOptions;
  const attributes = () => ({
    'http.request.method': method,
    ...(route && { 'http.route': route }),
    'url.path': url.split('?')[0]!,
    'url.scheme': request.protocol,
    'waybill.request.id': id,
  });
  const parent = propagation.extract(ROOT_CONTEXT, request.headers);
  const name = route ? `${method} ${route}` : method;
  return new TracedSpan(tracer, { name, kind: SpanKind.SERVER, attributes }, parent);
}

function endSpan(span: TracedSpan, status: number): void {
  const answered = { 'http.response.status_code': status };
  if (status >= 500) span.fail(String(status), answered);
  else span.end(answered);
}
