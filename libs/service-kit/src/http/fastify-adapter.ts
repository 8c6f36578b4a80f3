import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Drains } from '../lifecycle/drains.js';
import { requestContext } from '../logging/request-context.js';
import { problem } from '../problems/problem.js';
import { problemOf } from '../problems/problem-of.js';
import { sendProblem } from '../problems/send-problem.js';
import { isProbe } from './probes.js';
import { measureRequests } from './measure-requests.js';
import { requestId } from './request-id.js';
import { takeBytes } from './takes-bytes.js';
import { traceRequests } from './trace-requests.js';

/** Fastify as every service has it: request ids, a body limit, JSON unless a route takes bytes, problem answers below Nest as well. */
export function fastifyAdapter(bodyLimitBytes: number): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: bodyLimitBytes,
    genReqId: requestId,
    requestIdHeader: false,
    // While draining, our own hook answers, as a problem.
    return503OnClosing: false,
    // Idempotency keys travel in paths: 255 characters, each up to three when escaped.
    routerOptions: { maxParamLength: 800 },
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(problemOf(error), request, reply),
    clientErrorHandler: refuseConnection,
  });
  const fastify = adapter.getInstance();
  fastify.removeContentTypeParser('text/plain');
  takeBytes(fastify);
  return adapter;
}

/** Hooks of every request: its id in answer and log lines, and the end of keep-alive once draining. */
export function addHooks(adapter: FastifyAdapter, drains: Drains): void {
  const fastify = adapter.getInstance();
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    done(drains.state === 'running' || isProbe(request) ? undefined : draining());
  });
  // Not in onRequest: reading the body continues in another asynchronous context.
  fastify.addHook('preHandler', (request, _reply, done) =>
    requestContext.run({ requestId: request.id }, done),
  );
  traceRequests(fastify);
  measureRequests(fastify);
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (drains.state !== 'running') void reply.header('connection', 'close');
    done(null, payload);
  });
}

const draining = () =>
  problem({
    status: 503,
    title: 'Service Unavailable',
    detail: 'This instance is stopping; ask again.',
    headers: { 'retry-after': '1' },
  });

/** Bytes that are no HTTP: there is no request to answer, so the answer is written by hand. */
function refuseConnection(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
  const body = JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status], status });
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
