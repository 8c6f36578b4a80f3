import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { z } from 'zod';
import { fieldErrors } from './field-errors.js';
import { problem } from './problem.js';

/**
 * Checks every argument declared with a zod schema (`@Body({ schema })`, `@Query({ schema })`,
 * `@Param('id', { schema })`, `@HeaderValue`) and hands the parsed value to the controller; 400 with each field and
 * the rule it breaks otherwise. The same schemas are the OpenAPI document.
 */
export class SchemaPipe implements PipeTransform {
  async transform(value: unknown, { schema, type, data }: ArgumentMetadata): Promise<unknown> {
    if (!(schema instanceof z.ZodType)) return value;
    const result = await schema.safeParseAsync(value);
    if (result.success) return result.data;
    throw problem({
      status: 400,
      title: 'Invalid request',
      detail: 'The request breaks the rules listed in errors.',
      errors: fieldErrors(result.error.issues, data ?? type),
    });
  }
}
