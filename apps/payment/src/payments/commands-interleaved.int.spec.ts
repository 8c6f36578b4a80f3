import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CommandRun } from '../testing/command-run.js';
import { interleavings } from '../testing/interleavings.js';
import { commandsOf, openPaymentWorld, type PaymentWorld } from '../testing/payment-world.js';
import type { Conduct } from '../testing/psp-server.js';

/**
 * Every order in which the steps (prepare, call, conclude) of two commands of one payment can happen, in two processes:
 * with a lease that keeps the second away and with one that has always run out, with every conduct of the provider, with
 * a lost charge landing at every later moment, and with either process dying after any of its steps. Afterwards every
 * command is delivered again, handled or not. Then: one final event, which says what the provider's ledger says, before
 * it at most one that says the outcome is unknown, and money taken at most once.
 */

let world: PaymentWorld;
beforeAll(async () => void (world = await openPaymentWorld()));
afterAll(() => world.close());

type Commands = ReturnType<typeof commandsOf>;
type What = 'request' | 'cancel';
type Actor = 'first' | 'second' | 'landing';
type Death = { readonly who: Actor; readonly afterSteps: number } | undefined;

interface Scenario {
  readonly pair: Record<'first' | 'second', What>;
  readonly order: readonly Actor[];
  readonly conduct: Conduct;
  readonly leaseMs: number;
  readonly death?: Death;
}

const expiredLeaseMs = 0;
const liveLeaseMs = 60_000;

function runOf(what: What, commands: Commands, leaseMs: number) {
  const { onRequest, onCancel } = world.handlers(leaseMs);
  return what === 'request'
    ? new CommandRun(onRequest, commands.request, commands.requestMessage, world.database)
    : new CommandRun(onCancel, commands.cancel, commands.cancelMessage, world.database);
}

async function play({ pair, order, conduct, leaseMs, death }: Scenario, commands: Commands): Promise<void> {
  const runs = { first: runOf(pair.first, commands, leaseMs), second: runOf(pair.second, commands, leaseMs) };
  const taken = { first: 0, second: 0 };
  world.psp.conduct.set(commands.orderId, conduct);
  for (const actor of order) {
    if (actor === 'landing') world.psp.landLate(commands.orderId);
    else if (death?.who === actor && taken[actor] >= death.afterSteps) runs[actor].die();
    else taken[actor] += await runs[actor].step().then(() => 1);
  }
  world.psp.landLate(commands.orderId);
}

/** As the brokers do until every command has been handled. */
async function deliverAgain(pair: Scenario['pair'], commands: Commands): Promise<void> {
  world.psp.conduct.set(commands.orderId, 'capture');
  await world.expireLease(commands.orderId);
  for (const what of Object.values(pair)) {
    expect(await runOf(what, commands, liveLeaseMs).toTheEnd()).toEqual({ kind: 'done' });
  }
}

async function expectOneTruth(scenario: Scenario): Promise<void> {
  const commands = commandsOf();
  await play(scenario, commands);
  await deliverAgain(scenario.pair, commands);
  const { state, paymentId } = (await world.payments.find(commands.orderId))!;
  const announced = await world.announced(commands.orderId);
  const captured = world.psp.capturedFor(commands.orderId);
  const wasUnknown = announced[0] === 'payment.unknown';
  expect({ scenario, state, announced, captured }).toEqual({
    scenario,
    state: world.psp.ledger.get(paymentId),
    announced: [...(wasUnknown ? ['payment.unknown'] : []), `payment.${state}`],
    captured: state === 'captured' ? [paymentId] : [],
  });
}

/** Scenarios are of payments of their own, so some can run side by side. */
async function expectOneTruthInAll(scenarios: readonly Scenario[]): Promise<void> {
  const waiting = [...scenarios];
  const worker = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) await expectOneTruth(next);
  };
  await Promise.all(Array.from({ length: 6 }, worker));
}

/** Of two like commands it does not matter which is called the first. */
function ordersOf({ first, second }: Scenario['pair'], landings: number): Actor[][] {
  const steps = new Map<Actor, number>([
    ['first', 3],
    ['second', 3],
    ['landing', landings],
  ]);
  return interleavings(steps).filter(
    (order) => first !== second || order.indexOf('first') < order.indexOf('second'),
  );
}

const pairs: Scenario['pair'][] = [
  { first: 'request', second: 'cancel' },
  { first: 'request', second: 'request' },
  { first: 'cancel', second: 'cancel' },
];

describe.each(pairs)('$first and $second of one payment', (pair) => {
  const orders = ordersOf(pair, 0);

  describe.each([
    ['a live lease', liveLeaseMs],
    ['an expired lease', expiredLeaseMs],
  ])('meeting %s', (_, leaseMs) => {
    test.each<Conduct>(['capture', 'decline', 'silent', 'error'])(
      'end in one announced truth in every order (provider: %s)',
      (conduct) => expectOneTruthInAll(orders.map((order) => ({ pair, order, conduct, leaseMs }))),
    );

    test('end in one announced truth wherever a charge lands that was given up', () =>
      expectOneTruthInAll(ordersOf(pair, 1).map((order) => ({ pair, order, conduct: 'late', leaseMs }))));

    test.each<Death>([
      { who: 'first', afterSteps: 1 },
      { who: 'first', afterSteps: 2 },
      { who: 'second', afterSteps: 1 },
      { who: 'second', afterSteps: 2 },
    ])('end in one announced truth when a process dies: %p', (death) =>
      expectOneTruthInAll(orders.map((order) => ({ pair, order, conduct: 'capture', leaseMs, death }))),
    );
  });
});
