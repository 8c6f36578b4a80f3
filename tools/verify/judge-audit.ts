import type { AuditEntry, Evidence, TopicMessage } from './evidence.ts';
import { groupBy } from './group-by.ts';
import { violation, type Finding } from './verdict.ts';

/** Every distinct message of the topics is in the audit log once, each customer's in the topic's order. */
export function judgeAudit({ topics, auditLog }: Evidence): Finding {
  const inTopics = firstCopies(topics);
  const inLog = groupBy(auditLog, ({ messageId }) => messageId);
  const missing = [...inTopics].filter(([id, { orderId }]) => orderId && !inLog.has(id)).map(([id]) => id);
  const unknown = [...inLog.keys()].filter((id) => !inTopics.has(id));
  const twice = [...inLog].filter(([, entries]) => entries.length > 1).map(([id]) => id);
  const late = outOfOrder(inTopics, auditLog);
  return {
    figures: {
      auditEvents: auditLog.length,
      auditTwice: auditLog.length - inLog.size,
      auditMissing: missing.length,
      auditOutOfOrder: late.length,
    },
    violations: [
      ...violation(missing, 'messages are not in the audit log'),
      ...violation(unknown, 'audit entries belong to no message of the topics'),
      ...violation(twice, 'messages are in the audit log more than once'),
      ...violation(late, 'audit entries stand behind a later message of their customer'),
    ],
  };
}

/** A relay that publishes again adds copies; what counts is where the first one stands. */
function firstCopies(topics: TopicMessage[]): Map<string, TopicMessage> {
  const first = new Map<string, TopicMessage>();
  for (const message of topics) {
    const known = first.get(message.id);
    if (!known || message.offset < known.offset) first.set(message.id, message);
  }
  return first;
}

/** By the first entry of each message: one that is there twice is counted as that, and nothing more. */
function outOfOrder(inTopics: Map<string, TopicMessage>, auditLog: AuditEntry[]): string[] {
  const furthest = new Map<string, bigint>();
  const firstEntries = new Set(auditLog.map(({ messageId }) => messageId));
  return [...firstEntries].filter((messageId) => {
    const message = inTopics.get(messageId);
    return message && !advances(furthest, message);
  });
}

function advances(furthest: Map<string, bigint>, { topic, key, offset }: TopicMessage): boolean {
  const lane = `${topic} ${key}`;
  const before = furthest.get(lane) ?? -1n;
  if (offset < before) return false;
  furthest.set(lane, offset);
  return true;
}
