import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { CommandRun } from '../testing/command-run.js';
import { ConsumingProcess } from '../testing/consuming-process.js';
import { interleavings } from '../testing/interleavings.js';
import { commandsOf, openPaymentWorld, type PaymentWorld } from '../testing/payment-world.js';

let world: PaymentWorld;
beforeAll(async () => void (world = await openPaymentWorld()));
afterAll(() => world.close());
afterEach(() => {
  world.psp.down = false;
  world.psp.silentRefunds = false;
});

type Commands = ReturnType<typeof commandsOf>;

const refunding = ({ refund, refundMessage }: Commands) =>
  new CommandRun(world.handlers().onRefund, refund, refundMessage, world.database);
const charging = ({ request, requestMessage }: Commands) =>
  new CommandRun(world.handlers().onRequest, request, requestMessage, world.database);
const cancelling = ({ cancel, cancelMessage }: Commands) =>
  new CommandRun(world.handlers().onCancel, cancel, cancelMessage, world.database);
const refundsAsked = (key: string) =>
  world.psp.requests.filter((request) => request.key === key && request.what === 'refund').length;

async function captured(): Promise<Commands & { readonly paymentId: string }> {
  const commands = commandsOf();
  await charging(commands).toTheEnd();
  return { ...commands, paymentId: (await world.payments.find(commands.orderId))!.paymentId };
}

describe('a refund', () => {
  test('gives a captured payment back and announces it once, and the payment stays captured', async () => {
    const commands = await captured();
    expect(await refunding(commands).toTheEnd()).toEqual({ kind: 'done' });
    expect(await refunding(commands).toTheEnd()).toEqual({ kind: 'done' });
    expect(refundsAsked(commands.paymentId)).toBe(1);
    expect(world.psp.refunds.has(commands.paymentId)).toBe(true);
    expect(await world.payments.find(commands.orderId)).toMatchObject({
      state: 'captured',
      refundBecause: 'cancelled',
      refundedAt: expect.any(Date),
    });
    expect(await world.announced(commands.orderId)).toEqual(['payment.captured', 'payment.refunded']);
  });

  test('asked for by two at once is announced once, in every order of their steps', async () => {
    const orders = interleavings(
      new Map([
        ['first', 3],
        ['second', 3],
      ] as const),
    );
    for (const order of orders) {
      const commands = await captured();
      const runs = { first: refunding(commands), second: refunding(commands) };
      for (const actor of order) await runs[actor].step();
      expect([runs.first.outcome, runs.second.outcome]).toEqual([{ kind: 'done' }, { kind: 'done' }]);
      expect(await world.announced(commands.orderId)).toEqual(['payment.captured', 'payment.refunded']);
    }
  });

  test.each([1, 2])('is finished by the next delivery when its process dies after step %i', async (steps) => {
    const commands = await captured();
    const dying = refunding(commands);
    for (let taken = 0; taken < steps; taken += 1) await dying.step();
    dying.die();
    expect(await refunding(commands).toTheEnd()).toEqual({ kind: 'done' });
    expect(await world.announced(commands.orderId)).toEqual(['payment.captured', 'payment.refunded']);
  });

  test('whose answer is lost is unknown, and asked for again under the same key without spending attempts', async () => {
    const commands = await captured();
    world.psp.silentRefunds = true;
    const unknown = { kind: 'retryLater', because: 'refund-unknown', spendsAttempt: false, afterMs: 30_000 };
    expect(await refunding(commands).toTheEnd()).toEqual(unknown);
    expect(await world.announced(commands.orderId)).toEqual(['payment.captured']);

    world.psp.silentRefunds = false;
    expect(await refunding(commands).toTheEnd()).toEqual({ kind: 'done' });
    expect(refundsAsked(commands.paymentId)).toBe(2);
    expect(await world.announced(commands.orderId)).toEqual(['payment.captured', 'payment.refunded']);
  });

  test('waits, without an attempt, while the charge is being asked for', async () => {
    const commands = commandsOf();
    await charging(commands).step();
    expect(await refunding(commands).toTheEnd()).toMatchObject({ kind: 'retryLater', spendsAttempt: false });
  });

  test('of a payment that was cancelled, or that nobody knows, is set aside', async () => {
    const commands = commandsOf();
    const setAside = (because: string) => expect.objectContaining({ kind: 'deadLetter', because });
    expect(await refunding(commands).toTheEnd()).toEqual(setAside('payment-not-found'));
    await cancelling(commands).toTheEnd();
    expect(await refunding(commands).toTheEnd()).toEqual(setAside('payment is cancelled'));
  });

  test('is among the commands of payment_queue', async () => {
    const commands = await captured();
    const service = await ConsumingProcess.start(world);
    try {
      await service.deliver(commands.refundMessage, commands.refundMessage);
      await service.events.atLeast(2, 'handled', 'duplicate');
      expect(await world.announced(commands.orderId)).toEqual(['payment.captured', 'payment.refunded']);
    } finally {
      await service.stop();
    }
  });
});
