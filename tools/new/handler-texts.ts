export const handlerText = (
  name: string,
  subscription: string,
): string => `import { ${name}, subscriptions } from '@waybill/contracts';
import { done, type Delivery, type MessageHandler, type Outcome } from '@waybill/messaging';
import { HandlesMessage } from '@waybill/messaging-nest';

/** Say here what it does, and why it is safe twice. It does nothing yet. */
@HandlesMessage(${name}, { subscription: subscriptions.${subscription} })
export class On${name} implements MessageHandler<typeof ${name}> {
  async handle(_delivery: Delivery<typeof ${name}>): Promise<Outcome> {
    return done();
  }
}
`;

/** The handler in the pipeline, with a broker, a database and an inbox in memory. */
export const handlerSpecText = (
  name: string,
  subscription: string,
  type: string,
  file: string,
): string => `import { expect, test } from '@jest/globals';
import { ${name}, subscriptions } from '@waybill/contracts';
import { MemoryDatabase, MemoryInbox } from '@waybill/idempotency';
import { MemoryBroker, SubscriptionRunner, writeEnvelope, type MessagingEvent } from '@waybill/messaging';
import { eventually } from '@waybill/test-kit';
import { On${name} } from './${file}.js';

test('${type} is handled once, though it comes twice', async () => {
  // Parking needs tables, which a database in memory has not.
  const inMemory = { broker: 'memory', onFailingKey: 'overtake' } as const;
  const subscription = { ...subscriptions.${subscription}, ...inMemory };
  const broker = new MemoryBroker();
  const events: MessagingEvent[] = [];
  const runner = new SubscriptionRunner({
    broker,
    subscription,
    handlers: [{ contract: ${name}, handler: new On${name}() }],
    database: new MemoryDatabase(),
    inbox: new MemoryInbox(),
    events: { emit: (event) => void events.push(event) },
    deliveryState: 'none',
  });
  await runner.start();
  const address = subscription.addresses[0]!;
  await broker.publisher().publish([
    { address, message },
    { address, message },
  ]);
  await eventually(() => expect(events.map(({ kind }) => kind)).toEqual(['handled', 'duplicate']));
  await runner.drain(1_000);
});

const message = {
  key: '42',
  headers: {},
  attributes: writeEnvelope({
    id: '01a20e29-2a10-7000-9c1b-5b7f0a1f9e55',
    type: ${name}.type,
    source: '/waybill/test',
    subject: ${name}.example.orderId,
    time: '2026-01-01T00:00:00.000Z',
    dataschema: ${name}.dataschema,
    sequence: 1,
  }),
  body: ${name}.encode(${name}.payload.parse(${name}.example)),
};
`;
