import type { DeadLetter } from './dead-letter.ts';
import type { Receipt } from './receipts.ts';

/**
 * What a person has still to decide about. RabbitMQ and SQS: whatever lies there, since an operation takes its entry out. Kafka
 * keeps every entry, so receipts tell: each one resolves one entry, the latest that the operation can have been about. So
 * two entries of one message, also of the same minute, are resolved by two receipts. An entry that an operation made by
 * failing again is not resolved by that operation's own receipt; the entry before it is.
 */
export function unresolved(found: readonly DeadLetter[], receipts: readonly Receipt[]): DeadLetter[] {
  const resolved = new Set<DeadLetter>();
  const byTime = found.filter(isOnKafka).toSorted((a, b) => compare(a.lastFailedAt, b.lastFailedAt));
  for (const receipt of receipts.toSorted((a, b) => compare(a.at, b.at))) {
    const about = byTime.findLast((dead) => !resolved.has(dead) && mayBeAbout(receipt, dead));
    if (about) resolved.add(about);
  }
  return found.filter((dead) => !resolved.has(dead));
}

const isOnKafka = ({ subscription }: DeadLetter): boolean => subscription.broker === 'kafka';

function mayBeAbout(
  receipt: Receipt,
  { messageId, subscription, lastFailedAt, operationId }: DeadLetter,
): boolean {
  return (
    receipt.messageId === messageId &&
    receipt.subscription === subscription.name &&
    receipt.operationId !== operationId &&
    receipt.at >= lastFailedAt
  );
}

/** ISO 8601 in UTC is in order as text. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
