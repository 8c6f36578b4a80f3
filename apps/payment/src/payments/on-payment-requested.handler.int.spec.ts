import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { PaymentRequested } from '@waybill/contracts';
import { startTelemetry } from '@waybill/telemetry';
import { CommandRun } from '../testing/command-run.js';
import { ConsumingProcess } from '../testing/consuming-process.js';
import { commandsOf, messageOf, openPaymentWorld, type PaymentWorld } from '../testing/payment-world.js';

let world: PaymentWorld;
let service: ConsumingProcess;
const stopTelemetry = await startTelemetry('payment-test', {});

beforeAll(async () => void (world = await openPaymentWorld()));
beforeEach(async () => void (service = await ConsumingProcess.start(world)));
afterEach(() => service.stop());
afterAll(() => Promise.all([world.close(), stopTelemetry()]));

const found = async (orderId: string) => (await world.payments.find(orderId))!;
const chargesOf = (key: string) => world.psp.requests.filter((request) => request.key === key);

describe('a requested payment', () => {
  test('is captured under its own id, and announced in the same commit', async () => {
    const { orderId, requestMessage } = commandsOf();
    await service.deliver(requestMessage);
    await service.events.atLeast(1, 'handled');

    const payment = await found(orderId);
    expect(payment).toMatchObject({ state: 'captured', amountCents: 1_177, currency: 'USD', asks: 1 });
    expect(world.psp.capturedFor(orderId)).toEqual([payment.paymentId]);
    expect(await world.announced(orderId)).toEqual(['payment.captured']);
  });

  test('is charged and announced once however many copies of the command come at once', async () => {
    const { orderId, requestMessage } = commandsOf();
    const other = await ConsumingProcess.start(world);
    await Promise.all([
      service.deliver(requestMessage, requestMessage),
      other.deliver(requestMessage, requestMessage),
    ]);
    await Promise.all([service, other].map(({ events }) => events.atLeast(2, 'handled', 'duplicate')));
    await other.stop();

    const { paymentId } = await found(orderId);
    expect(chargesOf(paymentId)).toHaveLength(1);
    expect(await world.announced(orderId)).toEqual(['payment.captured']);
  });

  test('is charged once when the order asks twice in two messages', async () => {
    const { orderId, request, requestMessage } = commandsOf();
    await service.deliver(requestMessage, messageOf(PaymentRequested, request, orderId));
    await service.events.atLeast(2, 'handled');
    expect(chargesOf((await found(orderId)).paymentId)).toHaveLength(1);
    expect(await world.announced(orderId)).toEqual(['payment.captured']);
  });

  test('that is declined says so', async () => {
    const { orderId, requestMessage } = commandsOf();
    world.psp.conduct.set(orderId, 'decline');
    await service.deliver(requestMessage);
    await service.events.atLeast(1, 'handled');
    expect((await found(orderId)).state).toBe('declined');
    expect(await world.announced(orderId)).toEqual(['payment.declined']);
  });

  test('charges in the trace of its order', async () => {
    const { orderId, requestMessage } = commandsOf();
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const attributes = { ...requestMessage.attributes, traceparent: `00-${traceId}-b7ad6b7169203331-01` };
    await service.deliver({ ...requestMessage, attributes });
    await service.events.atLeast(1, 'handled');
    const [charge] = chargesOf((await found(orderId)).paymentId);
    expect(charge!.traceparent).toContain(traceId);
  });
});

describe('an unknown payment', () => {
  test.each(['silent', 'hang', 'error'] as const)(
    'is no failure: asked again with the same key, without end, until the provider answers (%s)',
    async (conduct) => {
      const { orderId, requestMessage } = commandsOf();
      world.psp.conduct.set(orderId, conduct);
      await service.deliver(requestMessage);
      await service.events.atLeast(4, 'retryLater');
      const unknown = await found(orderId);
      expect(await world.announced(orderId)).toEqual(['payment.unknown']);

      world.psp.conduct.set(orderId, 'capture');
      await service.events.atLeast(1, 'handled');
      const { paymentId, askedSince, state, asks } = await found(orderId);
      expect({ paymentId, askedSince, state }).toEqual({
        paymentId: unknown.paymentId,
        askedSince: unknown.askedSince,
        state: 'captured',
      });
      expect(asks).toBeGreaterThan(4);
      expect(chargesOf(paymentId)).toHaveLength(asks);
      expect(world.psp.capturedFor(orderId)).toEqual([paymentId]);
      expect(await world.announced(orderId)).toEqual(['payment.unknown', 'payment.captured']);
      expect(service.deadLetters()).toEqual([]);
    },
  );

  test('says what is not known, and since when', async () => {
    const { orderId, requestMessage } = commandsOf();
    world.psp.conduct.set(orderId, 'error');
    await service.deliver(requestMessage);
    await service.events.atLeast(1, 'retryLater');
    expect(await found(orderId)).toMatchObject({ state: 'unknown', because: 'psp-answered: 500' });
    world.psp.conduct.set(orderId, 'capture');
    await service.events.atLeast(1, 'handled');
  });
});

describe('when the process dies between asking and writing', () => {
  test.each([
    ['before the charge', 1],
    ['after the charge', 2],
  ])('%s, another waits for the lease, asks with the same key, and captures once', async (_, steps) => {
    const { orderId, request, requestMessage } = commandsOf();
    const dying = new CommandRun(world.handlers().onRequest, request, requestMessage, world.database);
    for (let step = 0; step < steps; step++) await dying.step();
    const { paymentId } = await found(orderId);

    await service.deliver(requestMessage);
    await service.events.atLeast(1, 'retryLater');
    expect(service.events.of('retryLater')[0]).toMatchObject({ because: 'lease-held' });
    await world.expireLease(orderId);
    await service.events.atLeast(1, 'handled');
    expect(await found(orderId)).toMatchObject({ paymentId, state: 'captured' });
    expect(world.psp.capturedFor(orderId)).toEqual([paymentId]);
    expect(await world.announced(orderId)).toEqual(['payment.captured']);
  });

  test('one that stood still for longer than its lease writes and announces nothing when it wakes', async () => {
    const { orderId, request, requestMessage } = commandsOf();
    const still = new CommandRun(world.handlers(0).onRequest, request, requestMessage, world.database);
    await still.step();
    await service.deliver(requestMessage);
    await service.events.atLeast(1, 'handled');

    expect(await still.toTheEnd()).toEqual({
      kind: 'retryLater',
      because: 'taken-over',
      spendsAttempt: false,
    });
    expect(await world.announced(orderId)).toEqual(['payment.captured']);
  });
});

describe('a request that cannot be carried out', () => {
  test('is set aside when the provider refuses it, and leaves the payment open to be cancelled', async () => {
    const { orderId, requestMessage, cancelMessage } = commandsOf();
    world.psp.conduct.set(orderId, 'refuse');
    await service.deliver(requestMessage);
    await service.events.atLeast(1, 'deadLettered');
    expect((await found(orderId)).state).toBe('unknown');

    await service.deliver(cancelMessage);
    await service.events.atLeast(1, 'handled');
    expect(await world.announced(orderId)).toEqual(['payment.unknown', 'payment.cancelled']);
  });

  test('is set aside when it asks for another amount than the first', async () => {
    const { orderId, request, requestMessage } = commandsOf();
    await service.deliver(requestMessage);
    await service.events.atLeast(1, 'handled');
    await service.deliver(messageOf(PaymentRequested, { ...request, amountCents: 1_178 }, orderId));
    await service.events.atLeast(1, 'deadLettered');
    expect(service.events.of('deadLettered')[0]!.failure.because).toBe('amount-differs');
    expect(await world.announced(orderId)).toEqual(['payment.captured']);
  });
});
