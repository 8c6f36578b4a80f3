import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Span,
} from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isProbe } from './probes.js';

const tracer = trace.getTracer('@waybill/service-kit');
const spans = new WeakMap<FastifyRequest, Span>();

/**
 * One server span per request, under the caller's `traceparent` if there is one: the root of an order's trace. Probes
 * are left out, they would be most of what is recorded.
 */
export function traceRequests(fastify: FastifyInstance): void {
  // In preHandler, because reading the body continues in another asynchronous context.
  fastify.addHook('preHandler', (request, _reply, done) => {
    if (isProbe(request)) return done();
    const parent = propagation.extract(ROOT_CONTEXT, request.headers);
    const span = startSpan(request, parent);
    context.with(trace.setSpan(parent, span), done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    endSpan(request, reply.statusCode);
    done();
  });
}

function startSpan(request: FastifyRequest, parent: ReturnType<typeof context.active>): Span {
  const route = request.routeOptions.url ?? 'unknown';
  const attributes = {
    'http.request.method': request.method,
    'http.route': route,
    'url.path': request.url.split('?')[0]!,
    'waybill.request.id': request.id,
  };
  const span = tracer.startSpan(`${request.method} ${route}`, { kind: SpanKind.SERVER, attributes }, parent);
  spans.set(request, span);
  return span;
}

function endSpan(request: FastifyRequest, status: number): void {
  const span = spans.get(request);
  span?.setAttribute('http.response.status_code', status);
  if (status >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
  span?.end();
}
