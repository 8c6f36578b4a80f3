import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deadLetter, deadLetterAddress, type Message } from '@waybill/messaging';
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
      await world.eventually(() => expect(receiptsOf(subscription.name)).toHaveLength(index + 1));
    }
    expect(operationsOf(deadLetters())).toEqual([undefined, ...operationIds]);
    for (const dead of deadLetters()) expect(dead).toMatchObject(unchanged(message));
    expect(receiptsOf(subscription.name)).toEqual(
      operationIds.map((operationId) => ({ operationId, result: 'failed again' })),
    );
  },
);

test('the offset that a replay had in the inlet is not given out as one of its message’s address', async () => {
  const subscription = world.subscription({ onFailingKey: 'overtake' });
  const [address] = subscription.addresses;
  const deadLetters = () => world.broker.written(deadLetterAddress(subscription, address!));
  await world.run(subscription, async () => deadLetter('never'));
  const message = messageOf('placed');
  await world.publish(address!, message);
  await world.eventually(() => expect(deadLetters()).toHaveLength(1));
  await world.broker.publisher().publish([controlOf('replay', message, subscription)]);
  await world.eventually(() => expect(deadLetters()).toHaveLength(2));

  const places = deadLetters().map(({ headers }) => [
    headers['waybill-original-address'],
    headers['waybill-original-offset'],
  ]);
  expect(places).toEqual([
    [address, '0'],
    [address, undefined],
  ]);
});

test('a head whose claim another process has taken ends its run with one dead letter, and is run by that one', async () => {
  const subscription = world.subscription();
  const [address] = subscription.addresses;
  const deadLetters = () => world.broker.written(deadLetterAddress(subscription, address!));
  const takenForMs = 2_000;
  let runs = 0;
  await world.run(subscription, async () => {
    if (++runs === 2)
      await world.query(
        `UPDATE key_states SET claim_token = claim_token + 1, claimed_until = now() + $2::int * interval '1 ms'
         WHERE subscription = $1`,
        [subscription.name, takenForMs],
      );
    return deadLetter('never');
  });
  const message = messageOf('broken');
  await world.publish(address!, message);
  await world.eventually(() => expect(deadLetters()).toHaveLength(1));
  await world.eventually(async () => expect(await stateOf(subscription.name)).toBe('dead'));

  const operationId = randomUUID();
  await world.broker.publisher().publish([controlOf('replay', message, subscription, { operationId })]);

  await world.eventually(() =>
    expect(receiptsOf(subscription.name)).toEqual([{ operationId, result: 'failed again' }]),
  );
  expect(runs).toBe(3); // the first, the one that lost its claim, and the heir's
  expect(operationsOf(deadLetters())).toEqual([undefined, operationId, operationId]);
});

test.each([
  ['replay', 'failed again', 'dead'],
  ['discard', 'discarded', undefined],
] as const)(
  'a %s that takes the place of a replay still under way is answered for both, each once',
  async (kind, result, state) => {
    const subscription = world.subscription();
    await world.run(subscription, async () => deadLetter('never'));
    const message = messageOf('broken');
    await world.publish(subscription.addresses[0]!, message);
    await world.eventually(async () => expect(await stateOf(subscription.name)).toBe('dead'));

    const [replayed, overtaking] = [randomUUID(), randomUUID()];
    await world.broker
      .publisher()
      .publish([
        controlOf('replay', message, subscription, { operationId: replayed }),
        controlOf(kind, message, subscription, { operationId: overtaking }),
      ]);

    await world.eventually(async () => {
      expect(receiptsOf(subscription.name)).toHaveLength(2);
      expect(await stateOf(subscription.name)).toBe(state);
    });
    const [first, second] = receiptsOf(subscription.name);
    expect([first?.operationId, second]).toEqual([replayed, { operationId: overtaking, result }]);
    // Overtaken before it was run, or run before it could be overtaken.
    expect(['no-op', 'failed again']).toContain(first?.result);
  },
);

const operationsOf = (dead: readonly Message[]) => dead.map(({ headers }) => headers['waybill-operation']);

const stateOf = async (name: string): Promise<string | undefined> => {
  const [row] = await world.query<{ state: string }>('SELECT state FROM key_states WHERE subscription = $1', [
    name,
  ]);
  return row?.state;
};

const unchanged = ({ key, attributes, body }: ReturnType<typeof messageOf>) => ({ key, attributes, body });

const receiptsOf = (name: string) =>
  world.notices
    .filter(({ kind, subscription }) => kind === 'receipt' && subscription === name)
    .map(({ operationId, result }) => ({ operationId, result }));
