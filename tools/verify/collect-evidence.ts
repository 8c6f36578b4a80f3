import type { Evidence, SentMail } from './evidence.ts';
import { readAuditLog } from './read-audit-log.ts';
import { readCaptures } from './read-captures.ts';
import { readOrders } from './read-orders.ts';
import { readStock } from './read-stock.ts';
import { readTopics } from './read-topics.ts';
import type { Settings } from './settings.ts';

export const judgedTopics = ['order-events', 'payments'];

/**
 * Read along the way of an order, so that what arrives in between can only be too much further down, and never
 * missing: rows first, then the topics that are written after them, then the log that is written after those.
 */
export async function collectEvidence(
  settings: Settings,
  topicNames = judgedTopics,
  readMails?: () => Promise<SentMail[]>,
): Promise<Omit<Evidence, 'accepted'>> {
  const shelf = await readStock(settings.ordersDatabaseUrl);
  const orders = await readOrders(settings.ordersDatabaseUrl);
  const captures = await readCaptures(settings.pspDatabaseUrl);
  const topics = await readTopics(settings.kafka, topicNames);
  const auditLog = await readAuditLog(settings.auditDatabaseUrl);
  const mails = await readMails?.();
  return { shelf, orders, captures, topics, auditLog, ...(mails && { mails }) };
}
