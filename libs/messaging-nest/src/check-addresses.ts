import {
  IncompleteError,
  type Broker,
  type Clock,
  type MessagingEvents,
  type Subscription,
} from '@waybill/messaging';
import type { MessagingOptions } from './messaging.options.js';

const pauseMs = 2_000;

/**
 * Asks each broker, as soon as it answers, whether the subscriptions' addresses can work: dead-letter routes bound,
 * retentions long enough. Rejects with an `IncompleteError` that lists all that is wrong; an outage is waited out.
 */
export async function refuseUnworkableAddresses(
  { subscriptions, brokers, events }: MessagingOptions,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const found = await Promise.all(
    subscriptions.map((subscription) => {
      const broker = brokers.find(({ name }) => name === subscription.broker);
      return broker
        ? problemsOnceAsked(
            broker,
            subscription,
            (because) => tell(because, subscription, events),
            clock,
            signal,
          )
        : [];
    }),
  );
  const problems = [...new Set(found.flat())]; // what is wrong with a broker is wrong for all its subscriptions
  if (problems.length > 0 && !signal.aborted) throw new IncompleteError(problems);
}

async function problemsOnceAsked(
  broker: Broker,
  subscription: Subscription,
  tellOutage: (because: string) => void,
  clock: Clock,
  signal: AbortSignal,
): Promise<readonly string[]> {
  while (!signal.aborted) {
    try {
      return await broker.problemsWith(subscription);
    } catch (error) {
      tellOutage(String(error));
      await clock.wait(pauseMs, signal);
    }
  }
  return [];
}

function tell(because: string, { name }: Subscription, events: MessagingEvents): void {
  const reason = `its addresses cannot be checked yet: ${because}`;
  events.emit({ kind: 'infrastructure', subscription: name, because: reason, waitMs: pauseMs });
}
