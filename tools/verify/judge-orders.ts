import type { Evidence } from './evidence.ts';
import { violation, type Finding } from './verdict.ts';

/** Every accepted order is a row, and every row is final. */
export function judgeOrders({ accepted, orders }: Evidence): Finding {
  const known = new Set(orders.map(({ orderId }) => orderId));
  const gone = [...(accepted ?? [])].filter((orderId) => !known.has(orderId));
  const pending = orders.filter(({ status }) => status === 'PENDING').map(({ orderId }) => orderId);
  const countOf = (wanted: string) => orders.filter(({ status }) => status === wanted).length;
  return {
    figures: {
      orders: orders.length,
      confirmed: countOf('CONFIRMED'),
      rejected: countOf('REJECTED'),
      expired: countOf('EXPIRED'),
      pending: pending.length,
      lost: gone.length,
    },
    violations: [
      ...violation(gone, 'accepted orders are not in the orders database'),
      ...violation(pending, 'orders are still PENDING'),
    ],
  };
}
