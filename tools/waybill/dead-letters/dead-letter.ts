import { subscriptions } from '@waybill/contracts';
import { deadLetterAddress, type KeptMessage, type Subscription } from '@waybill/messaging';

/** A message that a subscription, or the broker itself, has set aside. */
export interface DeadLetter {
  readonly subscription: Subscription;
  /** Absent when its envelope cannot be read. */
  readonly messageId?: string;
  readonly type: string;
  readonly because: string;
  readonly attempts: number;
  readonly lastFailedAt: string;
  /** The replay or correction that made it fail again. */
  readonly operationId?: string;
  readonly message: KeptMessage;
  /** Where it lies: `topic partition/offset`, or a queue. */
  readonly place: string;
}

export const allSubscriptions: readonly Subscription[] = Object.values(subscriptions).filter(
  ({ terminal }) => !terminal,
);

/** The subscription and the address that a dead-letter address belongs to. */
export function ownerOf(deadLetters: string): { subscription: Subscription; address: string } | undefined {
  for (const subscription of allSubscriptions)
    for (const address of subscription.addresses)
      if (deadLetterAddress(subscription, address) === deadLetters) return { subscription, address };
  return undefined;
}

type Headers = Readonly<Record<string, string>>;

/** From its headers; `broker` says why when the broker set it aside itself. */
export function deadLetterOf(
  lies: { readonly deadLetters: string; readonly place: string },
  message: Omit<KeptMessage, 'address'>,
  broker?: { readonly because: string; readonly at: string },
): DeadLetter | undefined {
  const owner = ownerOf(lies.deadLetters);
  if (!owner) return undefined;
  const { headers, attributes } = message;
  const messageId = attributes['id'];
  const operationId = headers['waybill-operation'];
  return {
    subscription: owner.subscription,
    ...(messageId && { messageId }),
    type: attributes['type'] ?? 'unreadable',
    because: reasonIn(headers) ?? broker?.because ?? 'unknown',
    attempts: Number(headers['waybill-attempts'] ?? 0),
    lastFailedAt: headers['waybill-last-failed-at'] ?? broker?.at ?? '',
    ...(operationId && { operationId }),
    message: { ...message, address: headers['waybill-original-address'] ?? owner.address },
    place: lies.place,
  };
}

const reasonIn = (headers: Headers): string | undefined => headers['waybill-failure-reason'];
