import { deadLetterAddress, inletAddress, type SqsQueue, type Subscription } from '@waybill/messaging';
import { subscriptions } from './subscriptions.js';

/** The longest that SQS keeps a message: 14 days. */
const kept = {
  MessageRetentionPeriod: '1209600',
  VisibilityTimeout: '120',
  ReceiveMessageWaitTimeSeconds: '20',
};

/** Counts every receive, kills and pauses too, and takes a message out of its group's order: far above our own limits. */
const maxReceiveCount = 1_000;

function queuesOf(subscription: Subscription): SqsQueue[] {
  return subscription.addresses.flatMap((name) => {
    const deadLetters = deadLetterAddress(subscription, name);
    return [
      { name: deadLetters, attributes: kept },
      { name: inletAddress(subscription, name), attributes: kept },
      { name, attributes: kept, redrive: { to: deadLetters, maxReceiveCount } },
    ];
  });
}

export const sqsTopology = { queues: queuesOf(subscriptions.orderNotifications) };
