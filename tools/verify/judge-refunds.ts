import type { Evidence } from './evidence.ts';
import { violation, type Finding } from './verdict.ts';

/**
 * A confirmed order that its customer cancelled is given back, and no other is: by the order's row and by the provider's
 * books. Refunded orders stay CONFIRMED and captured, so captures − refunds = confirmed orders that are not given back.
 */
export function judgeRefunds({ orders, captures }: Evidence): Finding {
  const refunds = captures.filter(({ refunded }) => refunded);
  const given = new Set(refunds.map(({ orderId }) => orderId));
  const due = orders.filter(({ status, cancelRequested }) => status === 'CONFIRMED' && cancelRequested);
  const open = due.filter(({ refunded }) => !refunded).map(({ orderId }) => orderId);
  const back = orders.filter(({ refunded }) => refunded);
  const unpaid = back.filter(({ orderId, totalCents }) => totalCents > 0 && !given.has(orderId));
  const known = new Set(back.map(({ orderId }) => orderId));
  const undue = [...given].filter((orderId) => !known.has(orderId) && !open.includes(orderId));
  return {
    figures: { refunds: refunds.length },
    violations: [
      ...violation(open, 'cancelled orders are not given back yet'),
      ...violation(
        unpaid.map(({ orderId }) => orderId),
        'orders are marked refunded without a refund by the provider',
      ),
      ...violation(undue, 'orders were refunded without being cancelled'),
    ],
  };
}
