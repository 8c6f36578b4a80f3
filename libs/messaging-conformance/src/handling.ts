import {
  SubscriptionRunner,
  type Delivery,
  type DeliveryNotice,
  type MessagingEvent,
  type Outcome,
  type RunnerOptions,
  type Subscription,
} from '@waybill/messaging';
import { ok } from 'node:assert/strict';
import type { Connection } from './broker-under-test.js';
import { text } from './messages.js';
import type { World } from './world.js';

export type Handle = (delivery: Delivery<typeof text>) => Promise<Outcome> | Outcome;

export interface RunOptions extends Pick<RunnerOptions, 'width'> {
  readonly connection?: Connection;
}

/** A subscription handled by the pipeline, and all that came of it. */
export interface Handling {
  readonly runner: SubscriptionRunner;
  /** Payloads in the order in which their transactions committed. */
  readonly effects: readonly string[];
  readonly events: readonly MessagingEvent[];
  readonly notices: readonly DeliveryNotice[];
  of<Kind extends MessagingEvent['kind']>(kind: Kind): Extract<MessagingEvent, { kind: Kind }>[];
}

/** Begins to handle; the world drains it at its end. */
export async function runOn(
  world: World,
  subscription: Subscription,
  handle: Handle,
  { connection, ...options }: RunOptions,
): Promise<Handling> {
  const { store } = world;
  ok(store, 'a behaviour that runs the pipeline must say that it needs a database');
  const effects: string[] = [];
  const events: MessagingEvent[] = [];
  const notices: DeliveryNotice[] = [];
  const handler = {
    handle: async (delivery: Delivery<typeof text>) => {
      delivery.transaction.afterCommit(() => void effects.push(delivery.payload));
      return handle(delivery);
    },
  };
  const { broker } = connection ?? (await world.connection());
  const runner = new SubscriptionRunner({
    broker,
    subscription,
    handlers: [{ contract: text, handler }],
    ...store,
    events: { emit: (event) => void events.push(event) },
    announce: async (told, transaction) => transaction.afterCommit(() => void notices.push(...told)),
    ...options,
  });
  world.keep(runner);
  await world.started(runner.start());
  const of = <Kind extends MessagingEvent['kind']>(kind: Kind) =>
    events.filter((event): event is Extract<MessagingEvent, { kind: Kind }> => event.kind === kind);
  return { runner, effects, events, notices, of };
}
