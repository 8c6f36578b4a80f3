import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import type { FastifyInstance, FastifyRequest, onRequestHookHandler } from 'fastify';
import { problem } from '../problems/problem.js';

export interface BytesTaken {
  /** Content types without parameters, in small letters. */
  readonly types: readonly string[];
  /** Larger bodies are answered 413, whatever the service's own limit is. */
  readonly maxBytes: number;
}

/** A route whose body is not JSON but bytes of one of these types, which `@Body()` hands over as they came; others get 415. */
export function TakesBytes(taken: BytesTaken) {
  return applyDecorators(
    RouteConfig({ taken }),
    ApiConsumes(...taken.types),
    ApiBody({ schema: { type: 'string', format: 'binary', maxLength: taken.maxBytes } }),
  );
}

/** Makes `TakesBytes` true. Fastify reads a type on all routes or on none, so those that were not asked for it refuse it. */
export function takeBytes(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    const taken = takenBy(route.config);
    if (!taken) return;
    const { onRequest = [] } = route;
    route.onRequest = [onRequest, refuseOthers(taken)].flat();
    route.bodyLimit = taken.maxBytes;
    for (const type of taken.types) if (!fastify.hasContentTypeParser(type)) addParser(fastify, type);
  });
}

const takenBy = (config: unknown): BytesTaken | undefined =>
  (config as { readonly taken?: BytesTaken } | undefined)?.taken;

function addParser(fastify: FastifyInstance, type: string): void {
  fastify.addContentTypeParser(type, { parseAs: 'buffer' }, (request, body, done) =>
    takenBy(request.routeOptions.config) ? done(null, body) : done(unsupported(['application/json'])),
  );
}

function refuseOthers({ types }: BytesTaken): onRequestHookHandler {
  return (request, _reply, done) => done(types.includes(typeOf(request)) ? undefined : unsupported(types));
}

function typeOf({ headers: { 'content-type': given = '' } }: FastifyRequest): string {
  return given.split(';', 1)[0]!.trim().toLowerCase();
}

function unsupported(types: readonly string[]) {
  const message = `Send the body as ${types.join(' or ')}.`;
  const errors = [{ field: 'body', rule: 'media_type', message }];
  return problem({ status: 415, title: 'Unsupported Media Type', detail: message, errors });
}
