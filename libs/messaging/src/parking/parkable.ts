import type { Origin } from '../broker.js';
import type { Envelope, Message } from '../message.js';

/** A message with where it came from: what parking keeps. */
export interface Parkable {
  readonly envelope: Envelope;
  readonly message: Message;
  readonly origin: Origin;
}

/** A message without a key stands in nobody's way: its own id is its key here. */
export const parkingKey = ({ message, envelope }: Pick<Parkable, 'message' | 'envelope'>): string =>
  message.key || envelope.id;

/** The name under which everything about a key of a subscription is locked, by `lockNames`. */
export const keyLock = (subscription: string, key: string): string => `waybill key ${subscription} ${key}`;
