import type { Waiting } from './gathering.js';

/** What a broker's "no" is about: one record of those sent, or all that go to a topic. */
export type Refused = 'record' | 'topic';

const refusals: Readonly<Record<string, Refused>> = {
  MESSAGE_TOO_LARGE: 'record',
  RECORD_LIST_TOO_LARGE: 'record',
  INVALID_RECORD: 'record',
  INVALID_TIMESTAMP: 'record',
  INVALID_TOPIC_EXCEPTION: 'topic',
  UNKNOWN_TOPIC_OR_PARTITION: 'topic',
  TOPIC_AUTHORIZATION_FAILED: 'topic',
};

/** Whether the broker has said that it will not take something, whatever its connection. */
export function refusalIn(error: unknown): Refused | undefined {
  return typesIn(error)
    .map((type) => refusals[type])
    .find(Boolean);
}

/** The topic takes only smaller ones. */
export const isTooLarge = (error: unknown): boolean =>
  typesIn(error).some((type) => ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'].includes(type));

/** Kafka's names for what is wrong, from the outermost error to its first cause. */
function typesIn(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  return [(error as { type?: string }).type ?? '', ...typesIn(error.cause)];
}

/**
 * The smaller sends that show which records are meant: one per topic, then one per record. A single part that comes
 * back means that all of the batch is refused. Order within a topic is kept.
 */
export function partsOf(batch: readonly Waiting[], refused: Refused): Waiting[][] {
  const topics = [...Map.groupBy(batch, ({ record }) => record.topic).values()];
  return topics.length > 1 || refused === 'topic' ? topics : batch.map((waiting) => [waiting]);
}
