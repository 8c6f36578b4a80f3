import {
  defineSubscription,
  type Message,
  type OutgoingMessage,
  type Subscription,
} from '@waybill/messaging';
import type { Place } from './kafka-delivery.js';

/** A message and where in its partition it stands. */
export interface ReadMessage extends Message {
  readonly offset: string;
}

/** Where messages were read together. */
export interface Stretch extends Place {
  /** The offset that is committed with what is written for them: everything of the partition before it is counted. */
  readonly next: bigint;
}

/** What is made of what. */
export interface Processing {
  readonly group: string;
  /** The topic that is read. */
  readonly from: string;
  /**
   * What is to be written for these, which are of one partition and in its order. Pure: it runs again whenever it is
   * unknown whether they were written, and what it throws is told and tried again for ever, since nothing is passed over.
   */
  process(messages: readonly ReadMessage[], stretch: Stretch): readonly OutgoingMessage[];
  /**
   * How many messages before the committed offset a new owner is shown by `known` first: to recognise copies of what was
   * read before its time. A partition begins with its first new message. Default 0.
   */
  readonly lookBack?: number;
  /** These are written for good; told before any later message of their partition is processed, perhaps twice. */
  known?(messages: readonly ReadMessage[], place: Place): void;
  /**
   * From the start of a partition's transaction to that of its next, at least, in milliseconds: a transaction costs the
   * brokers a dozen requests, however much was read in it. Default 0.
   */
  readonly gatherMs?: number;
  /** After each transaction. */
  onWritten?(written: { readonly read: number; readonly tookMs: number }): void;
}

/** As a consumer of the group's sees it. */
export const readingOf = ({ group, from }: Processing): Subscription =>
  defineSubscription({
    name: group,
    broker: 'kafka',
    addresses: [from],
    order: 'key',
    lane: 'batch',
    terminal: true,
  });
