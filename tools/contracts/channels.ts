import {
  addresses,
  contracts,
  deliveryNotices,
  lanes,
  OrderConfirmed,
  SalesCounted,
  StorefrontActivity,
  subscriptions,
  topology,
  type DefinedContract,
} from '@waybill/contracts';
import type { OutboxRoutes } from '@waybill/outbox';
import { outboxRoutes as notificationRoutes } from '../../apps/notification/src/outbox-routes.ts';
import { outboxRoutes as orderRoutes } from '../../apps/order/src/outbox-routes.ts';
import { outboxRoutes as paymentRoutes } from '../../apps/payment/src/outbox-routes.ts';

export interface Sent {
  readonly service: string;
  readonly broker: string;
  readonly address: string;
  readonly type: string;
}

/** The audit's own routes stand beside its brokers, and send nothing but notices. */
const services: Readonly<Record<string, OutboxRoutes>> = {
  order: orderRoutes,
  payment: paymentRoutes,
  notification: notificationRoutes,
  audit: Object.fromEntries(
    Object.values(deliveryNotices).map(({ type }) => [type, notificationRoutes[type]!]),
  ),
};

/** What goes past every outbox, since it may be lost. */
const unconfirmed: readonly Sent[] = [
  {
    service: 'order',
    broker: 'kafka',
    address: addresses.storefrontActivity,
    type: StorefrontActivity.type,
  },
];

/** What a lane writes in one transaction with what it has read. */
const transactional: readonly Sent[] = [
  { service: 'audit', broker: 'kafka', address: lanes.salesPerMinute.to, type: SalesCounted.type },
];

/** What each service sends where, as its outbox routes say. */
const throughOutboxes: readonly Sent[] = Object.entries(services).flatMap(([service, routes]) =>
  contracts.flatMap((contract) =>
    destinationsOf(contract, routes).map(({ broker, address }) => ({
      service,
      broker,
      address,
      type: contract.type,
    })),
  ),
);

export const sent: readonly Sent[] = [...throughOutboxes, ...unconfirmed, ...transactional];

function destinationsOf(contract: DefinedContract, routes: OutboxRoutes) {
  const message = { contract, key: '', subject: '', payload: contract.example };
  return routes[contract.type]?.(message) ?? [];
}

export interface Received {
  readonly subscription: string;
  readonly broker: string;
  readonly address: string;
  readonly types: readonly string[];
}

/** What each subscription reads where: its declared types, else all that reaches the address. */
const bySubscriptions: readonly Received[] = Object.values(subscriptions).flatMap((subscription) =>
  subscription.addresses.map((address) => ({
    subscription: subscription.name,
    broker: subscription.broker,
    address,
    types: subscription.types
      ? subscription.types.filter((type) => typesAt(address).includes(type))
      : typesAt(address),
  })),
);

const byLanes: readonly Received[] = [
  {
    subscription: lanes.salesPerMinute.group,
    broker: 'kafka',
    address: lanes.salesPerMinute.from,
    types: [OrderConfirmed.type],
  },
];

export const received: readonly Received[] = [...bySubscriptions, ...byLanes];

/** Directly, through a binding of the exchange, or out of a wait queue. */
export function typesAt(address: string): string[] {
  const queue = topology.rabbitmq.queues.find(({ name }) => name === address);
  const bound =
    queue?.bindings.map(({ exchange, routingKey }) => patternOf(`${exchange}/${routingKey}`)) ?? [];
  const waits = topology.rabbitmq.queues.filter(
    (each) => each.arguments['x-dead-letter-routing-key'] === address,
  );
  const direct = sent.filter(
    (each) => each.address === address || bound.some((pattern) => pattern.test(each.address)),
  );
  const delayed = waits
    .filter(({ bindings, name }) => bindings.length === 0 && name !== address)
    .flatMap(({ name }) => typesAt(name));
  return [...new Set([...direct.map(({ type }) => type), ...delayed])];
}

/** A topic exchange's `*` is one word. */
function patternOf(address: string): RegExp {
  return new RegExp(`^${address.replaceAll('.', '\\.').replaceAll('*', '[^.]+')}$`);
}
