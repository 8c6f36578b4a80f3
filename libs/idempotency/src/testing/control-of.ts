import { writeControl, type ControlMessage, type Message, type Subscription } from '@waybill/messaging';
import { createHash, randomUUID } from 'node:crypto';

interface Change {
  readonly operationId?: string;
  /** `correct`: the new body. */
  readonly body?: string;
}

/** What a person asks about a message, on its way to the subscription's inlet. */
export function controlOf(
  kind: ControlMessage['kind'],
  message: Message,
  subscription: Subscription,
  { operationId = randomUUID(), body }: Change = {},
) {
  const { key, attributes, headers } = message;
  const kept = { address: subscription.addresses[0]!, key, attributes, headers };
  const bytes = body === undefined ? message.body : Buffer.from(body);
  const control: ControlMessage = {
    operationId,
    kind,
    messageId: attributes['id']!,
    actor: 'ann',
    reason: 'a test',
    askedAt: new Date().toISOString(),
    message: { ...kept, body: Buffer.from(bytes).toString('base64') },
    ...(body !== undefined && {
      formerBodyHash: createHash('sha256').update(message.body).digest('hex'),
    }),
  };
  return writeControl(control, subscription);
}
