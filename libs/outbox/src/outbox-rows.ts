import { context, propagation } from '@opentelemetry/api';
import { writeEnvelope } from '@waybill/messaging';
import { v7 } from 'uuid';
import type { Destination, NewMessage, OutboxRoutes } from './new-message.js';
import { NoRouteError } from './outbox.errors.js';
import { partitionOfKey } from './partition-of-key.js';

/** One message for one destination, encoded; `insertRows` gives it number and sequence. */
export interface OutboxRow {
  readonly destination: Destination;
  readonly id: string;
  readonly key: string;
  readonly partition: number;
  readonly attributes: string;
  readonly headers: string;
  readonly body: Uint8Array;
  readonly dueAt: Date | null;
}

/** Encodes a message for each of its destinations, in the trace of the caller; throws when it fits no contract or route. */
export function rowsOf(message: NewMessage, source: string, routes: OutboxRoutes): OutboxRow[] {
  const id = message.id ?? v7();
  const row = {
    id,
    key: message.key,
    // Rows without a key need no common place: spread them.
    partition: partitionOfKey(message.key || id),
    attributes: JSON.stringify(attributesOf(message, id, source)),
    headers: JSON.stringify(message.headers ?? {}),
    body: message.contract.encode(message.payload),
    dueAt: message.dueAt ?? null,
  };
  return destinationsOf(message, routes).map((destination) => ({ ...row, destination }));
}

function destinationsOf(message: NewMessage, routes: OutboxRoutes): readonly Destination[] {
  const { type } = message.contract;
  const destinations = Object.hasOwn(routes, type) ? routes[type]!(message) : [];
  if (destinations.length === 0) throw new NoRouteError(type);
  return destinations;
}

/** The sequence is drawn by the database, under the key's lock. */
function attributesOf(
  { contract, subject, time }: NewMessage,
  id: string,
  source: string,
): Record<string, string> {
  const trace: Record<string, string> = {};
  propagation.inject(context.active(), trace);
  const { traceparent } = trace;
  return writeEnvelope({
    id,
    type: contract.type,
    source,
    subject,
    time: (time ?? new Date()).toISOString(),
    dataschema: contract.dataschema,
    sequence: 0,
    ...(traceparent && { traceparent }),
  });
}
