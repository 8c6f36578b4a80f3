import {
  deadLetterAddresses,
  inletAddresses,
  retryAddresses,
  retrySpanMs,
  type Subscription,
} from '@waybill/messaging';
import type { NormalisedKafkaOptions } from './kafka.options.js';
import { topicsOf } from './topic-roles.js';
import { configs, withAdmin } from './topology.js';

const forEver = '-1';

/** Every reason why the topics of a subscription cannot do what they are for; rejects while the brokers cannot be asked. */
export function subscriptionProblems(
  subscription: Subscription,
  options: NormalisedKafkaOptions,
): Promise<string[]> {
  return withAdmin(options, async (admin) => {
    const wanted = [...topicsOf(subscription), ...deadLetterAddresses(subscription)];
    const existing = new Set(await admin.listTopics());
    const missing = wanted.filter((topic) => !existing.has(topic));
    const present = wanted.filter((topic) => existing.has(topic)).map((name) => ({ name }));
    const found = present.length > 0 ? await configs(present, admin) : new Map<string, Map<string, string>>();
    const retentionOf = (topic: string) => found.get(topic)?.get('retention.ms');
    return [
      ...missing.map((topic) => `topic ${topic} is missing: apply the topology`),
      ...forgottenDeadLetters(subscription, retentionOf),
      ...forgottenRetries(subscription, retentionOf),
    ].map((problem) => `subscription ${subscription.name}: ${problem}`);
  });
}

type RetentionOf = (topic: string) => string | undefined;

/** They wait for a person, who may come late. */
function forgottenDeadLetters(subscription: Subscription, retentionOf: RetentionOf): string[] {
  return deadLetterAddresses(subscription)
    .filter((topic) => (retentionOf(topic) ?? forEver) !== forEver)
    .map(
      (topic) => `retention.ms of ${topic} is ${retentionOf(topic)}, so dead letters vanish: set it to -1`,
    );
}

/** What is deleted before its time was never retried. */
function forgottenRetries(subscription: Subscription, retentionOf: RetentionOf): string[] {
  const spanMs = retrySpanMs(subscription);
  return [...retryAddresses(subscription), ...inletAddresses(subscription)]
    .filter((topic) => {
      const retentionMs = Number(retentionOf(topic) ?? forEver);
      return retentionMs >= 0 && retentionMs < spanMs;
    })
    .map(
      (topic) =>
        `retention.ms of ${topic} is ${retentionOf(topic)}, below the ${spanMs} ms that all retries may take`,
    );
}
