import {
  IncompleteError,
  PausableRunner,
  recordingNotices,
  retrySpanMs,
  type Broker,
  type Subscription,
} from '@waybill/messaging';
import type { DiscoveredHandler } from './discover-handlers.js';
import type { MessagingOptions } from './messaging.options.js';

export const defaultDrainMs = 15_000;
const defaultGraceMs = 25_000;
const dayMs = 86_400_000;
const defaultInboxDays = 30;

/** One runner per subscription; or one error with every gap and every double at once. */
export function runnersFor(
  handlers: readonly DiscoveredHandler[],
  options: MessagingOptions,
  foundBefore: readonly string[] = [],
): PausableRunner[] {
  const problems = [...foundBefore, ...limitProblems(options), ...strayHandlers(handlers, options)];
  const runners = options.subscriptions.flatMap((subscription) => {
    problems.push(...missingHandlers(subscription, handlers));
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
): PausableRunner {
  const broker = brokerOf(subscription, options.brokers);
  const { announce, deliveryState } = options;
  return new PausableRunner({
    ...options,
    ...(deliveryState !== 'none' && { announce: recordingNotices(announce) }),
    inboxDays: options.inboxDays ?? defaultInboxDays,
    pauseMs: options.drainMs ?? defaultDrainMs,
    broker,
    subscription,
    handlers: handlers.filter((handler) => handler.subscription === subscription),
  });
}

function strayHandlers(
  handlers: readonly DiscoveredHandler[],
  { subscriptions }: MessagingOptions,
): string[] {
  return handlers
    .filter(({ subscription }) => !subscriptions.includes(subscription))
    .map(
      ({ contract, subscription }) =>
        `handler of ${contract.type}: this service does not take ${subscription.name}`,
    );
}

function missingHandlers(
  { name, types = [] }: Subscription,
  handlers: readonly DiscoveredHandler[],
): string[] {
  const taken = new Set(
    handlers.filter(({ subscription }) => subscription.name === name).map(({ contract }) => contract.type),
  );
  return types
    .filter((type) => !taken.has(type) && !taken.has('*'))
    .map((type) => `subscription ${name}: no handler takes ${type}`);
}

/** Times that only work together: a drain must end before the process is killed, a copy be known while it may come. */
function limitProblems(options: MessagingOptions): string[] {
  const { drainMs = defaultDrainMs, graceMs = defaultGraceMs, inboxDays = defaultInboxDays } = options;
  const problems =
    drainMs < graceMs ? [] : [`drainMs ${drainMs} must be below the grace period of ${graceMs} ms`];
  const longest = options.subscriptions.filter(
    (subscription) => retrySpanMs(subscription) >= inboxDays * dayMs,
  );
  return [
    ...problems,
    ...longest.map(
      ({ name }) => `subscription ${name}: its retries outlast the ${inboxDays} days for which ids are known`,
    ),
  ];
}

function brokerOf({ name, broker }: Subscription, brokers: readonly Broker[]): Broker {
  const found = brokers.find((candidate) => candidate.name === broker);
  if (!found) throw new IncompleteError([`subscription ${name}: this service has no ${broker} connection`]);
  return found;
}
