import { SubscriptionRunner, type MessagingEvent, type RunnerOptions } from '@waybill/messaging';
import type { BenchKafka } from '../contest/bench-kafka.ts';
import type { Measured } from '../contest/contender.ts';
import type { Tally } from './tally.ts';

/** Runs the subscription from the first message to the last one of the tally, and drains it. */
export async function runSubscription(
  kafka: BenchKafka,
  options: Omit<RunnerOptions, 'broker' | 'events'>,
  tally: Tally,
): Promise<Measured> {
  await kafka.forget(options.subscription.name);
  const events = { emit: (event: MessagingEvent) => count(event, tally) };
  const runner = new SubscriptionRunner({ ...options, broker: kafka.broker, events });
  try {
    await runner.start();
    tally.begin();
    return await tally.complete;
  } finally {
    await runner.drain(10_000);
  }
}

/** A message counts when its commit is reported. Any failure would measure something else. */
function count(event: MessagingEvent, tally: Tally): void {
  if (event.kind === 'handled') tally.add(1);
  else if (!harmless.has(event.kind)) tally.fail(new Error(JSON.stringify(event)));
}

/** A consumer that had to join its group anew is given again what it has handled, which costs its round time and nothing else. */
const harmless = new Set<MessagingEvent['kind']>(['connection', 'duplicate', 'published', 'breaker']);
