import type { Origin, RawDelivery } from '../broker.js';
import { anythingsEnvelope } from '../anythings-envelope.js';
import { firstAttemptHeader } from '../failure-headers.js';
import { isIndexable, longestIndexedBytes } from '../keepable.js';
import { isUuid, readEnvelope, UndecodableError, type Envelope } from '../message.js';
import type { HeadClaim } from '../parking/key-states.js';
import { noFailedRuns, type FailedRuns } from '../failed-runs.js';
import { route } from './route.js';
import type { Pipeline, Work } from './work.js';

export interface Unreadable {
  readonly delivery: RawDelivery;
  readonly envelope?: Envelope;
  readonly failed: FailedRuns;
  readonly head?: HeadClaim;
  readonly error: unknown;
}

/** What is known of a delivery beside the delivery itself, when it comes out of the database or was asked for. */
export interface Known {
  readonly failed?: FailedRuns;
  readonly head?: HeadClaim;
}

/** Bytes to payload. What no retry can make readable is returned with its error and keeps its original bytes. */
export function decode(delivery: RawDelivery, pipeline: Pipeline, known: Known = {}): Work | Unreadable {
  const failed = known.failed ?? failedRunsOf(delivery);
  const about = { delivery, failed, ...(known.head && { head: known.head }) };
  let envelope: Envelope | undefined;
  try {
    envelope = envelopeOf(delivery, pipeline);
    const { contract, handler } = route(envelope, pipeline.routes);
    return { ...about, envelope, payload: contract.decode(delivery.message), contract, handler };
  } catch (error) {
    return { ...about, ...(envelope && { envelope }), error };
  }
}

export const isReadable = (decoded: Work | Unreadable): decoded is Work => 'handler' in decoded;

/** A terminal reader takes any bytes under any key; whatever has no envelope gets one by where it was read. */
function envelopeOf({ message, origin }: RawDelivery, { subscription, keys }: Pipeline): Envelope {
  if (message.key.includes('\0') && !subscription.terminal)
    throw new UndecodableError('the key contains NUL, which no database keeps');
  if (keys && !isIndexable(message.key))
    throw new UndecodableError(
      `the key has more than ${longestIndexedBytes} bytes, so it could not be parked`,
    );
  try {
    return readEnvelope(message);
  } catch (error) {
    if (!subscription.terminal) throw error;
    return anythingsEnvelope(message, origin);
  }
}

/**
 * What a retry address has kept. Only there: on any other way these headers would be somebody else's word. On RabbitMQ what
 * comes back from one looks like whatever somebody gave such headers, so no more is believed than could be ours.
 */
function failedRunsOf({
  origin,
  message: { headers },
}: {
  origin: Origin;
  message: RawDelivery['message'];
}): FailedRuns {
  if (origin.via !== 'retry') return noFailedRuns;
  const attempts = Number(headers['waybill-attempts']);
  const firstFailedAt = headers['waybill-first-failed-at'];
  const operationId = headers['waybill-operation'];
  const firstAttempt = headers[firstAttemptHeader];
  return {
    holds: 0,
    attempts: Number.isSafeInteger(attempts) && attempts > 0 ? attempts : 0,
    ...(isTime(firstFailedAt) && { firstFailedAt }),
    ...(operationId && isUuid(operationId) && { operationId }),
    ...(firstAttempt && { firstAttempt }),
  };
}

const isTime = (text: string | undefined): text is string =>
  text?.length === 24 && !Number.isNaN(Date.parse(text));
