import { IncompleteError, SubscriptionRunner, type Broker, type Subscription } from '@waybill/messaging';
import type { DiscoveredHandler } from './discover-handlers.js';
import type { MessagingOptions } from './messaging.options.js';

/** One runner per subscription; or one error with every gap and every double at once. */
export function runnersFor(
  handlers: readonly DiscoveredHandler[],
  options: MessagingOptions,
): SubscriptionRunner[] {
  const problems = handlers
    .filter(({ subscription }) => !options.subscriptions.includes(subscription))
    .map(
      ({ contract, subscription }) =>
        `handler of ${contract.type}: this service does not take ${subscription.name}`,
    );
  const runners = options.subscriptions.flatMap((subscription) => {
    try {
      return [runnerOf(subscription, handlers, options)];
    } catch (error) {
      if (!(error instanceof IncompleteError)) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
  if (problems.length > 0) throw new IncompleteError(problems);
  return runners;
}

function runnerOf(
  subscription: Subscription,
  handlers: readonly DiscoveredHandler[],
  options: MessagingOptions,
): SubscriptionRunner {
  const broker = brokerOf(subscription, options.brokers);
  return new SubscriptionRunner({
    ...options,
    broker,
    subscription,
    handlers: handlers.filter((handler) => handler.subscription === subscription),
  });
}

function brokerOf({ name, broker }: Subscription, brokers: readonly Broker[]): Broker {
  const found = brokers.find((candidate) => candidate.name === broker);
  if (!found) throw new IncompleteError([`subscription ${name}: this service has no ${broker} connection`]);
  return found;
}
