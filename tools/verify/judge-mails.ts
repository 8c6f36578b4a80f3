import type { Evidence, SentMail } from './evidence.ts';
import { groupBy } from './group-by.ts';
import { violation, type Finding } from './verdict.ts';

/**
 * Every confirmed order whose customer said where to write to has its mail, with the right invoice, and nobody else; of those who
 * were erased since, nothing can be said. Copies
 * under one Message-ID are one mail: SMTP takes no key, so a mail may be sent twice, and is shown once.
 */
export function judgeMails({ orders, mails }: Evidence): Finding {
  if (!mails) return { figures: {}, violations: [] };
  const due = new Map(
    orders
      .filter(({ status, hasEmail }) => status === 'CONFIRMED' && hasEmail)
      .map((order) => [order.orderId, order]),
  );
  const distinct = [...new Map(mails.map((mail) => [mail.messageId, mail])).values()];
  const byOrder = groupBy(distinct, ({ orderId }) => orderId);
  const unmailed = [...due.keys()].filter((orderId) => !byOrder.has(orderId));
  const erased = new Set(orders.filter((order) => order.erased).map(({ orderId }) => orderId));
  const undue = [...byOrder.keys()].filter((orderId) => !due.has(orderId) && !erased.has(orderId));
  const twice = [...byOrder].filter(([, sent]) => sent.length > 1).map(([orderId]) => orderId);
  const isWrong = ({ orderId, invoicedCents }: SentMail) =>
    due.has(orderId) && due.get(orderId)!.totalCents !== invoicedCents;
  return {
    figures: { mails: distinct.length, doubledMails: distinct.length - byOrder.size, lost: unmailed.length },
    violations: [
      ...violation(unmailed, 'confirmed orders have no mail'),
      ...violation(undue, 'orders were mailed about without being confirmed'),
      ...violation(twice, 'orders have more than one mail'),
      ...violation(
        distinct.filter(isWrong).map(({ orderId }) => orderId),
        'invoices have another total than their order',
      ),
    ],
  };
}
