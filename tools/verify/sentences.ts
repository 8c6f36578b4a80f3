import type { Verdict } from './verdict.ts';

export function sentences(verdict: Verdict): string {
  const { violations } = verdict;
  const judgement =
    violations.length === 0 ? ['Every order is right.'] : violations.map((each) => `WRONG: ${each}`);
  return [...figureLines(verdict), ...judgement, ''].join('\n');
}

const figureLines = (verdict: Verdict) => [
  `${verdict.orders} orders: ${verdict.confirmed} confirmed, ${verdict.rejected} rejected, ` +
    `${verdict.expired} expired, ${verdict.pending} pending`,
  `${verdict.captures} captures, ${verdict.capturedTwice} beyond one per order, ${verdict.refunds} refunded; ` +
    `stock drift ${verdict.stockDrift}`,
  `${verdict.auditEvents} audit entries, ${verdict.auditTwice} twice, ${verdict.auditMissing} missing, ` +
    `${verdict.auditOutOfOrder} out of order`,
  `${verdict.mails} mails, ${verdict.doubledMails} beyond one per order`,
  `${verdict.lost} lost, ${verdict.doubled} doubled`,
];
