import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deadLetter, deadLetterAddress } from '@waybill/messaging';
import { randomUUID } from 'node:crypto';
import { controlOf } from '../testing/control-of.js';
import { DeliveryWorld, messageOf } from '../testing/delivery-world.js';

let world: DeliveryWorld;
beforeAll(async () => void (world = await DeliveryWorld.open()));
afterAll(() => world.close());

test.each(['park', 'overtake'] as const)(
  'a dead letter that is replayed and fails again at once is there twice, the second time by its operation (%s)',
  async (onFailingKey) => {
    const subscription = world.subscription({ onFailingKey });
    const [address] = subscription.addresses;
    const deadLetters = () => world.broker.written(deadLetterAddress(subscription, address!));
    await world.run(subscription, async () => deadLetter('never'));
    const message = messageOf('broken');
    await world.publish(address!, message);
    await world.eventually(() => expect(deadLetters()).toHaveLength(1));

    const operationIds = [randomUUID(), randomUUID()];
    for (const [index, operationId] of operationIds.entries()) {
      await world.broker.publisher().publish([controlOf('replay', message, subscription, { operationId })]);
      await world.eventually(() => expect(deadLetters()).toHaveLength(index + 2));
    }
    const operations = deadLetters().map(({ headers }) => headers['waybill-operation']);
    expect(operations).toEqual([undefined, ...operationIds]);
    for (const dead of deadLetters()) expect(dead).toMatchObject(unchanged(message));
    await world.eventually(() =>
      expect(receiptsOf(subscription.name)).toEqual(
        operationIds.map((operationId) => ({ operationId, result: 'failed again' })),
      ),
    );
  },
);

const unchanged = ({ key, attributes, body }: ReturnType<typeof messageOf>) => ({ key, attributes, body });

const receiptsOf = (name: string) =>
  world.notices
    .filter(({ kind, subscription }) => kind === 'receipt' && subscription === name)
    .map(({ operationId, result }) => ({ operationId, result }));
