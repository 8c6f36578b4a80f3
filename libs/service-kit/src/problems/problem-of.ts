import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import { classifyFailure } from '@waybill/messaging';
import { Problem, problem, type FieldError } from './problem.js';

/** Fastify's codes for a request it could not read: the rule of the body that is broken, and what to send instead. */
const unreadable: Readonly<Record<string, Omit<FieldError, 'field'>>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: { rule: 'json', message: 'The body is not valid JSON.' },
  FST_ERR_CTP_EMPTY_JSON_BODY: {
    rule: 'required',
    message: 'The body is empty, but its content type promises JSON.',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { rule: 'media_type', message: 'Send the body as application/json.' },
  FST_ERR_CTP_BODY_TOO_LARGE: { rule: 'too_big', message: 'The body is larger than this service accepts.' },
};

/** Any error as the answer a caller may see: nothing of an unexpected error's text gets out. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  // Nest wraps what Fastify says in an exception of its own.
  const reading = error instanceof HttpException ? error.cause : error;
  if (isReadingError(reading)) return unread(reading);
  if (error instanceof HttpException) return refusal(error.getStatus(), error.message, errorsOf(error));
  if (classifyFailure(error) === 'infrastructure') return unavailable(error);
  return problem({ status: 500, title: 'Internal Server Error' }, { cause: error });
}

function refusal(status: number, detail: string, errors?: readonly FieldError[]): Problem {
  return problem({ status, title: STATUS_CODES[status] ?? 'Error', detail, ...(errors && { errors }) });
}

/** A library that only knows Nest may name fields and rules in the response of its exception. */
function errorsOf(error: HttpException): readonly FieldError[] | undefined {
  const { errors } = Object(error.getResponse()) as { errors?: unknown };
  return Array.isArray(errors) ? (errors as FieldError[]) : undefined;
}

function unread({ statusCode: status, code = '', message }: ReadingError): Problem {
  const broken = unreadable[code];
  if (!broken) return refusal(status, message);
  const title = STATUS_CODES[status] ?? 'Error';
  return problem({ status, title, detail: broken.message, errors: [{ field: 'body', ...broken }] });
}

function unavailable(cause: unknown): Problem {
  const detail =
    'Something this service needs does not answer; nothing was changed that a repeat could double.';
  return problem(
    { status: 503, title: 'Service Unavailable', detail, headers: { 'retry-after': '1' } },
    { cause },
  );
}

type ReadingError = Error & { readonly statusCode: number; readonly code?: string };

function isReadingError(error: unknown): error is ReadingError {
  const status = error instanceof Error && (error as { statusCode?: unknown }).statusCode;
  return typeof status === 'number' && status >= 400 && status < 500;
}
