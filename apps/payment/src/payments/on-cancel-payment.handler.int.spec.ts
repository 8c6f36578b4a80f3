import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { CommandRun } from '../testing/command-run.js';
import { ConsumingProcess } from '../testing/consuming-process.js';
import { commandsOf, openPaymentWorld, type PaymentWorld } from '../testing/payment-world.js';

let world: PaymentWorld;
let service: ConsumingProcess;

beforeAll(async () => void (world = await openPaymentWorld()));
beforeEach(async () => void (service = await ConsumingProcess.start(world)));
afterEach(() => service.stop());
afterAll(() => world.close());

const found = async (orderId: string) => (await world.payments.find(orderId))!;
const asked = (key: string) =>
  world.psp.requests.filter((request) => request.key === key).map(({ what }) => what);

describe('a cancelled payment', () => {
  test('that was never requested is dead at the provider, and a later request asks nothing', async () => {
    const { orderId, cancelMessage, requestMessage } = commandsOf();
    await service.deliver(cancelMessage);
    await service.events.atLeast(1, 'handled');
    await service.deliver(requestMessage);
    await service.events.atLeast(2, 'handled');

    const { paymentId, state, cancelBecause } = await found(orderId);
    expect({ state, cancelBecause }).toEqual({ state: 'cancelled', cancelBecause: 'expired' });
    expect(world.psp.ledger.get(paymentId)).toBe('cancelled');
    expect(asked(paymentId)).toEqual(['cancel']);
    expect(await world.announced(orderId)).toEqual(['payment.cancelled']);
  });

  test('that was captured stays so, and is not announced again', async () => {
    const { orderId, cancelMessage, requestMessage } = commandsOf();
    await service.deliver(requestMessage);
    await service.events.atLeast(1, 'handled');
    await service.deliver(cancelMessage, cancelMessage);
    await service.events.atLeast(3, 'handled', 'duplicate');
    expect((await found(orderId)).state).toBe('captured');
    expect(await world.announced(orderId)).toEqual(['payment.captured']);
  });

  test('that was charged without an answer turns out captured', async () => {
    const { orderId, cancelMessage, request, requestMessage } = commandsOf();
    world.psp.conduct.set(orderId, 'silent');
    await new CommandRun(world.handlers().onRequest, request, requestMessage, world.database).toTheEnd();
    expect((await found(orderId)).state).toBe('unknown');

    await service.deliver(cancelMessage);
    await service.events.atLeast(1, 'handled');
    await service.deliver(requestMessage);
    await service.events.atLeast(2, 'handled');
    expect(asked((await found(orderId)).paymentId)).toEqual(['charge', 'cancel']);
    expect(await world.announced(orderId)).toEqual(['payment.unknown', 'payment.captured']);
  });

  test('whose charge never arrived is cancelled, also for the charge that arrives later', async () => {
    const { orderId, cancelMessage, request, requestMessage } = commandsOf();
    world.psp.conduct.set(orderId, 'late');
    await new CommandRun(world.handlers().onRequest, request, requestMessage, world.database).toTheEnd();
    await service.deliver(cancelMessage);
    await service.events.atLeast(1, 'handled');
    world.psp.landLate(orderId);
    await service.deliver(requestMessage);
    await service.events.atLeast(2, 'handled');

    expect(world.psp.capturedFor(orderId)).toEqual([]);
    expect(await world.announced(orderId)).toEqual(['payment.unknown', 'payment.cancelled']);
  });

  test('waits while a charge is being asked for', async () => {
    const { orderId, cancelMessage, request, requestMessage } = commandsOf();
    const charging = new CommandRun(world.handlers().onRequest, request, requestMessage, world.database);
    await charging.step();
    await service.deliver(cancelMessage);
    await service.events.atLeast(2, 'retryLater');
    expect(service.events.of('retryLater')[0]).toMatchObject({ because: 'lease-held' });

    await charging.toTheEnd();
    await service.events.atLeast(1, 'handled');
    expect(await world.announced(orderId)).toEqual(['payment.captured']);
  });

  test('is asked for again, without end, while the provider is down', async () => {
    const { orderId, cancelMessage } = commandsOf();
    world.psp.down = true;
    await service.deliver(cancelMessage);
    await service.events.atLeast(5, 'retryLater');
    expect(await world.announced(orderId)).toEqual(['payment.unknown']);

    world.psp.down = false;
    await service.events.atLeast(1, 'handled');
    expect(await world.announced(orderId)).toEqual(['payment.unknown', 'payment.cancelled']);
    expect(service.deadLetters()).toEqual([]);
  });
});
