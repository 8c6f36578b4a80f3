import { messagingSystem, type RunnerStatus } from '@waybill/messaging';
import { show, type Reading } from './instruments.js';
import { labelsOf } from './messaging-metrics.js';
import { subscriptionMetrics } from './registry/subscription-metrics.js';

type Statuses = Readonly<Record<string, RunnerStatus>>;

const states = ['running', 'paused', 'open', 'wedged'] as const;

/**
 * Shows how each subscription stands whenever somebody reads the metrics, from what its runner knows already. Its counters
 * are there from now on, at 0. The answer ends it.
 */
export function showSubscriptions(status: () => Statuses): () => void {
  for (const name of Object.keys(status())) labelsOf(name);
  const readings =
    <Attributes>(attributesOf: (name: string, standing: RunnerStatus) => Attributes) =>
    (valueOf: (standing: RunnerStatus) => number | undefined) =>
    () =>
      Object.entries(status()).flatMap(([name, standing]) => {
        const value = valueOf(standing);
        return value === undefined ? [] : [{ value, attributes: attributesOf(name, standing) }];
      });
  const each = readings(labelsOf);
  const eachAtBroker = readings((name, { broker }) => ({
    'messaging.system': messagingSystem(broker),
    ...labelsOf(name),
  }));
  const shown = [
    show(
      subscriptionMetrics.lag,
      eachAtBroker(({ backlog }) => backlog?.waiting),
    ),
    show(
      subscriptionMetrics.due,
      eachAtBroker(({ backlog }) => backlog?.due),
    ),
    show(
      subscriptionMetrics.inFlight,
      each(({ held }) => held),
    ),
    show(
      subscriptionMetrics.parked,
      each(({ backlog }) => backlog?.parked),
    ),
    show(
      subscriptionMetrics.oldestAge,
      each(({ backlog }) => backlog && backlog.oldestAgeMs / 1_000),
    ),
    show(subscriptionMetrics.state, () => Object.entries(status()).flatMap(statesOf)),
  ];
  return () => shown.forEach((stop) => stop());
}

function statesOf([name, standing]: [string, RunnerStatus]): Reading<typeof subscriptionMetrics.state>[] {
  const now = stateOf(standing);
  return states.map((state) => ({
    value: state === now ? 1 : 0,
    attributes: { ...labelsOf(name), state },
  }));
}

/** The worst that holds; none of them before it has started and while it drains. */
function stateOf({ state, breaker, wedged }: RunnerStatus): string {
  if (wedged) return 'wedged';
  return state === 'running' && breaker.state !== 'closed' ? 'open' : state;
}
