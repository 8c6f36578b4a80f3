import { inletAddresses, retryAddresses, type Origin, type Subscription } from '@waybill/messaging';

type Headers = Readonly<Record<string, string>>;

/** Every topic that a subscription's consumer reads. */
export const topicsOf = (subscription: Subscription): string[] => [
  ...subscription.addresses,
  ...retryAddresses(subscription),
  ...inletAddresses(subscription),
];

/** What a topic is to a subscription. */
export function viaOf(topic: string, subscription: Subscription): Origin['via'] {
  if (subscription.addresses.includes(topic)) return 'address';
  return topic.startsWith(`${stemOf(topic, subscription)}.retry.`) ? 'retry' : 'inlet';
}

/** The topic that a message was first read from, whatever retries lie between. */
export function homeOf(topic: string, headers: Headers, subscription: Subscription): string {
  if (viaOf(topic, subscription) === 'address') return topic;
  const said = headers['waybill-original-address'];
  if (said && subscription.addresses.includes(said)) return said;
  return stemOf(topic, subscription).slice(0, -subscription.name.length - 1);
}

/** `<topic>.<group>` of a topic that is named after it. */
function stemOf(topic: string, { addresses, name }: Subscription): string {
  return (
    addresses.map((address) => `${address}.${name}`).find((stem) => topic.startsWith(`${stem}.`)) ?? topic
  );
}
