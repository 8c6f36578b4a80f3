import type { Capture, Evidence, OrderRow } from './evidence.ts';
import { groupBy } from './group-by.ts';
import { violation, type Finding } from './verdict.ts';

/** The provider took money once, and the right amount, for every confirmed order that costs something. */
export function judgeCaptures({ orders, captures }: Evidence): Finding {
  const takings = groupBy(captures, ({ orderId }) => orderId);
  const due = new Map(orders.filter(isDue).map((order) => [order.orderId, order.totalCents]));
  const twice = [...takings].filter(([, taken]) => taken.length > 1).map(([orderId]) => orderId);
  const unpaid = [...due.keys()].filter((orderId) => !takings.has(orderId));
  const undue = [...takings.keys()].filter((orderId) => !due.has(orderId));
  const wrong = captures.filter((capture) => isWrong(capture, due)).map(({ orderId }) => orderId);
  return {
    figures: {
      captures: captures.length,
      capturedTwice: captures.length - takings.size,
      lost: unpaid.length,
    },
    violations: [
      ...violation(twice, 'orders were captured more than once'),
      ...violation(unpaid, 'confirmed orders have no capture'),
      ...violation(undue, 'orders were captured without being confirmed'),
      ...violation(wrong, 'captures have another amount than their order'),
    ],
  };
}

const isDue = ({ status, totalCents }: OrderRow) => status === 'CONFIRMED' && totalCents > 0;

const isWrong = ({ orderId, amountCents }: Capture, due: Map<string, number>) =>
  due.has(orderId) && due.get(orderId) !== amountCents;
