import type { Failure, Origin } from './broker.js';
import type { FailedRuns } from './failed-runs.js';
import type { Message } from './message.js';

const maxStackBytes = 8 * 1024;
const maxMessageBytes = 1024;

/**
 * What Waybill writes beside a message that is retried or set aside. The exception's parts have OpenTelemetry's names,
 * which tracing and log tools read; the rest is ours.
 */
export const failureHeaderNames = [
  'exception.type',
  'exception.message',
  'exception.stacktrace',
  'waybill-failure-reason',
  'waybill-attempts',
  'waybill-first-failed-at',
  'waybill-last-failed-at',
  'waybill-due-at',
  'waybill-original-address',
  'waybill-original-partition',
  'waybill-original-offset',
  'waybill-subscription',
  'waybill-operation',
] as const;

/**
 * `traceparent` of a message's first run, to which spans of later ones are linked. No part of its failure: a replay keeps
 * it.
 */
export const firstAttemptHeader = 'waybill-first-attempt';

type Headers = Readonly<Record<string, string>>;

/**
 * Why a message was set aside, as headers. Always the same names, so that the failure of a replayed message takes the
 * place of the earlier one; capped, so that a long stack cannot make a dead letter unsendable.
 */
export function failureHeaders(
  failure: Failure,
  origin: Origin,
  subscription: string,
): Record<string, string> {
  return {
    'exception.type': capped(failure.errorType, maxMessageBytes),
    'exception.message': capped(failure.message, maxMessageBytes),
    'exception.stacktrace': capped(failure.stack, maxStackBytes),
    'waybill-failure-reason': capped(failure.because, maxMessageBytes),
    'waybill-attempts': String(failure.attempts),
    'waybill-first-failed-at': failure.firstFailedAt,
    'waybill-last-failed-at': failure.lastFailedAt,
    ...placeHeaders(origin),
    'waybill-subscription': subscription,
    ...(failure.operationId && { 'waybill-operation': failure.operationId }),
    ...firstAttemptOf(failure),
  };
}

/** What only tells people of a failure; the rest of its headers is read by programs. */
const tellingHeaderNames = [
  'exception.type',
  'exception.message',
  'exception.stacktrace',
  'waybill-failure-reason',
] as const;

/** Without the largest header that only tells of a failure; nothing when there is none left. */
function lighterFailure(headers: Headers): Headers | undefined {
  const sizeOf = (name: string) => Buffer.byteLength(headers[name] ?? '');
  const [largest] = tellingHeaderNames
    .filter((name) => headers[name] !== undefined)
    .toSorted((a, b) => sizeOf(b) - sizeOf(a));
  if (!largest) return undefined;
  const { [largest]: _, ...rest } = headers;
  return rest;
}

/** What goes instead of a copy that was too large for its address; nothing when it can only be tried as it is. */
export type InsteadOf = (tooLarge: Message, because: Error) => Message | undefined;

/** A dead letter goes with less of what is told on top, in the end with nothing: that must not keep it out. */
export const withLessTold: InsteadOf = (message) => {
  const lighter = lighterFailure(message.headers);
  if (lighter) return { ...message, headers: lighter };
  const headers = withoutFailureHeaders(message.headers);
  return Object.keys(headers).length < Object.keys(message.headers).length
    ? { ...message, headers }
    : undefined;
};

/** What a retry has to remember stands in its headers: without them it would run for ever. */
export const noRetry: InsteadOf = (_, because) => {
  throw because;
};

/** What a message on its way through a retry address must remember, since no process does. */
export function retryHeaders(failed: FailedRuns, origin: Origin, dueAtMs: number): Record<string, string> {
  const { attempts, firstFailedAt, operationId } = failed;
  return {
    'waybill-attempts': String(attempts),
    ...(firstFailedAt && { 'waybill-first-failed-at': firstFailedAt }),
    'waybill-due-at': new Date(dueAtMs).toISOString(),
    ...placeHeaders(origin),
    ...(operationId && { 'waybill-operation': operationId }),
    ...firstAttemptOf(failed),
  };
}

/** As a header; none where no run was recorded. */
export function firstAttemptOf({
  firstAttempt,
}: Pick<FailedRuns, 'firstAttempt'>): Readonly<Record<string, string>> {
  return firstAttempt ? { [firstAttemptHeader]: firstAttempt } : {};
}

/**
 * Where a message first came from, whatever retries lie between. Of what was parked the database says so: its headers are
 * as they came, and may be somebody else's word.
 */
export function originalOrigin(origin: Origin, headers: Headers): Origin {
  const address = headers['waybill-original-address'];
  if (origin.via === 'address' || origin.via === 'parked' || !address) return origin;
  const { redelivered, via } = origin;
  const partition = headers['waybill-original-partition'];
  const offset = headers['waybill-original-offset'];
  return {
    address,
    redelivered,
    via,
    ...(partition !== undefined && { partition: Number(partition) }),
    ...(offset !== undefined && { offset }),
  };
}

/** The headers a message had before it failed: what a replay sends. */
export function withoutFailureHeaders(headers: Headers): Record<string, string> {
  const ours = new Set<string>(failureHeaderNames);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ours.has(name)));
}

function placeHeaders({ address, partition, offset }: Origin): Record<string, string> {
  return {
    'waybill-original-address': address,
    ...(partition !== undefined && { 'waybill-original-partition': String(partition) }),
    ...(offset !== undefined && { 'waybill-original-offset': offset }),
  };
}

/** At most `maxBytes` of UTF-8, never half a character. */
function capped(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  return new TextDecoder().decode(Buffer.from(text).subarray(0, maxBytes), { stream: true });
}
