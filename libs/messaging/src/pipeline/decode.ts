import type { RawDelivery } from '../broker.js';
import { readEnvelope, type Envelope } from '../message.js';
import type { Pipeline, Route, Work } from './work.js';
import { route } from './route.js';

export interface Unreadable {
  readonly delivery: RawDelivery;
  readonly envelope?: Envelope;
  readonly error: unknown;
}

/** Bytes to payload. What no retry can make readable is returned with its error and keeps its original bytes. */
export function decode(delivery: RawDelivery, { routes }: Pipeline): Work | Unreadable {
  let envelope: Envelope | undefined;
  try {
    envelope = readEnvelope(delivery.message);
    const taken: Route = route(envelope, routes);
    return { delivery, envelope, payload: taken.contract.decode(delivery.message), ...taken };
  } catch (error) {
    return { delivery, ...(envelope && { envelope }), error };
  }
}

export const isReadable = (decoded: Work | Unreadable): decoded is Work => 'handler' in decoded;
