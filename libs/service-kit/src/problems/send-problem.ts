import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Problem } from './problem.js';

/** Answers with the problem, RFC 9457 fields first. */
export function sendProblem({ fields }: Problem, request: FastifyRequest, reply: FastifyReply): void {
  const { status, title, detail, type = 'about:blank', errors, headers = {} } = fields;
  const instance = request.url.split('?', 1)[0];
  const body = { type, title, status, detail, instance, requestId: request.id, errors };
  void reply
    .code(status)
    .headers({ ...headers, 'x-request-id': request.id })
    .type('application/problem+json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(body);
}
