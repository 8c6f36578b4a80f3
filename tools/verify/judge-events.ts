import type { Evidence, OrderRow, TopicMessage } from './evidence.ts';
import { groupBy } from './group-by.ts';
import { violation, type Finding } from './verdict.ts';

const finalEvents: Record<string, string> = {
  CONFIRMED: 'order.confirmed',
  REJECTED: 'order.rejected',
  EXPIRED: 'order.expired',
};

/** In the topic each order was created once and ended once, as its row says. Copies of one id count once. */
export function judgeEvents({ accepted, orders, topics }: Evidence): Finding {
  const eventsOf = orderEvents(topics);
  const faults = orders.map((order) => ({ order, ...faultsOf(order, eventsOf.get(order.orderId) ?? []) }));
  const known = new Set(orders.map(({ orderId }) => orderId));
  const without = faults.flatMap(({ order, missing }) => missing.map((type) => `${order.orderId} (${type})`));
  const excess = faults.flatMap(({ order, surplus }) => surplus.map((type) => `${order.orderId} (${type})`));
  const rowless = [...eventsOf.keys()].filter((orderId) => !known.has(orderId) && !accepted?.has(orderId));
  const lost = faults.filter(({ missing }) => missing.length > 0).length + rowless.length;
  return {
    figures: { lost },
    violations: [
      ...violation(without, 'events are missing from order-events'),
      ...violation(excess, 'events too many are in order-events under ids of their own'),
      ...violation(rowless, 'orders have events but no row'),
    ],
  };
}

/** Types by order, one for each distinct message id. */
function orderEvents(topics: TopicMessage[]): Map<string, string[]> {
  const distinct = new Map(
    topics.filter(({ type, orderId }) => orderId && type.startsWith('order.')).map((each) => [each.id, each]),
  );
  const byOrder = groupBy(distinct.values(), ({ orderId }) => orderId);
  return new Map([...byOrder].map(([orderId, events]) => [orderId, events.map(({ type }) => type)]));
}

function faultsOf({ status, refunded }: OrderRow, types: string[]): { missing: string[]; surplus: string[] } {
  const left = [...types];
  const expected = [
    'order.created',
    ...(finalEvents[status] ? [finalEvents[status]] : []),
    ...(refunded ? ['order.refunded'] : []),
  ];
  const missing = expected.filter((type) => !takeOut(left, type));
  return { missing, surplus: left };
}

function takeOut(types: string[], type: string): boolean {
  const at = types.indexOf(type);
  if (at >= 0) types.splice(at, 1);
  return at >= 0;
}
