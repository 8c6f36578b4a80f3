import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import { classifyFailure } from '@waybill/messaging';
import { Problem, problem } from './problem.js';

/** Fastify's codes for a request it could not read, in words that say what to send instead. */
const unreadable: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'The body is not valid JSON.',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'The body is empty, but its content type promises JSON.',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'Send the body as application/json.',
  FST_ERR_CTP_BODY_TOO_LARGE: 'The body is larger than this service accepts.',
};

/** Any error as the answer a caller may see: nothing of an unexpected error's text gets out. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof HttpException) return refusal(error.getStatus(), error.message);
  if (isReadingError(error)) return refusal(error.statusCode, unreadable[error.code ?? ''] ?? error.message);
  if (classifyFailure(error) === 'infrastructure') return unavailable(error);
  return problem({ status: 500, title: 'Internal Server Error' }, { cause: error });
}

function refusal(status: number, detail: string): Problem {
  return problem({ status, title: STATUS_CODES[status] ?? 'Error', detail });
}

function unavailable(cause: unknown): Problem {
  const detail =
    'Something this service needs does not answer; nothing was changed that a repeat could double.';
  return problem(
    { status: 503, title: 'Service Unavailable', detail, headers: { 'retry-after': '1' } },
    { cause },
  );
}

function isReadingError(error: unknown): error is Error & { statusCode: number; code?: string } {
  const status = error instanceof Error && (error as { statusCode?: unknown }).statusCode;
  return typeof status === 'number' && status >= 400 && status < 500;
}
