import type { Evidence } from './evidence.ts';
import { judgeAudit } from './judge-audit.ts';
import { judgeCaptures } from './judge-captures.ts';
import { judgeEvents } from './judge-events.ts';
import { judgeMails } from './judge-mails.ts';
import { judgeOrders } from './judge-orders.ts';
import { judgeRefunds } from './judge-refunds.ts';
import { judgeStock } from './judge-stock.ts';
import { verdictOf, type Verdict } from './verdict.ts';

const checks = [judgeOrders, judgeCaptures, judgeRefunds, judgeStock, judgeEvents, judgeAudit, judgeMails];

export function judge(evidence: Evidence): Verdict {
  const inScope = narrow(evidence);
  return verdictOf(checks.map((check) => check(inScope)));
}

/** A run answers for its own orders only. Stock has no owner, so that it is always judged whole. */
function narrow(evidence: Evidence): Evidence {
  const { accepted, orders, captures, topics, auditLog, mails } = evidence;
  if (!accepted) return evidence;
  const ours = ({ orderId }: { orderId: string }) => accepted.has(orderId);
  const ourTopics = topics.filter(ours);
  const ourIds = new Set(ourTopics.map(({ id }) => id));
  return {
    ...evidence,
    orders: orders.filter(ours),
    captures: captures.filter(ours),
    topics: ourTopics,
    ...(mails && { mails: mails.filter(ours) }),
    auditLog: auditLog.filter(({ messageId }) => ourIds.has(messageId)),
  };
}
