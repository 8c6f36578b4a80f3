import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { SchemaPipe } from './schema-pipe.js';

const readHeader = createParamDecorator(
  (name: string, context: ExecutionContext) =>
    context.switchToHttp().getRequest<FastifyRequest>().headers[name.toLowerCase()],
);

/** A request header, checked like a body (Nest's own `@Headers` takes no schema) and put into the OpenAPI document. */
export function HeaderValue(name: string, schema: z.ZodType): ParameterDecorator {
  const pipe = new SchemaPipe();
  const check = {
    transform: (value: unknown) => pipe.transform(value, { schema, type: 'custom', data: name }),
  };
  return (target, method, index) => {
    readHeader(name, check)(target, method, index);
    const descriptor = method && Object.getOwnPropertyDescriptor(target, method);
    if (descriptor) describeHeader(name, schema)(target, method, descriptor);
  };
}

function describeHeader(name: string, schema: z.ZodType): MethodDecorator {
  const document = z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input' });
  const required = !schema.safeParse(undefined).success;
  return ApiHeader({ name, required, schema: document as object }) as MethodDecorator;
}

/** 1 to 255 visible ASCII characters. */
export const idempotencyKey = z
  .string({ error: 'expected 1 to 255 visible ASCII characters' })
  .regex(/^[\x21-\x7e]{1,255}$/, 'expected 1 to 255 visible ASCII characters');

/** Who asks for what is recorded with a name: 1 to 100 visible ASCII characters. */
export const actorName = z
  .string({ error: 'expected 1 to 100 visible ASCII characters' })
  .regex(/^[\x21-\x7e]{1,100}$/, 'expected 1 to 100 visible ASCII characters');
