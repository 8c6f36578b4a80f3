import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { republish } from '@waybill/outbox';
import { outboxRoutes } from '../outbox-routes.js';
import { CommandRun } from '../testing/command-run.js';
import { commandsOf, openPaymentWorld, type PaymentWorld } from '../testing/payment-world.js';
import { paymentHistory } from './payment-history.js';

let world: PaymentWorld;
beforeAll(async () => void (world = await openPaymentWorld()));
afterAll(() => world.close());

type Commands = ReturnType<typeof commandsOf>;
type Conduct = Parameters<PaymentWorld['psp']['conduct']['set']>[1];

const request = ({ request: payload, requestMessage }: Commands) =>
  new CommandRun(world.handlers(0).onRequest, payload, requestMessage, world.database).toTheEnd();
const cancel = ({ cancel: payload, cancelMessage }: Commands) =>
  new CommandRun(world.handlers(0).onCancel, payload, cancelMessage, world.database).toTheEnd();
const refund = ({ refund: payload, refundMessage }: Commands) =>
  new CommandRun(world.handlers(0).onRefund, payload, refundMessage, world.database).toTheEnd();

/** Asked once for each way in which the provider behaves. */
async function asked(...conducts: Conduct[]): Promise<Commands> {
  const commands = commandsOf();
  for (const conduct of conducts) {
    world.psp.conduct.set(commands.orderId, conduct);
    await request(commands);
  }
  return commands;
}

/** All that waits in the outbox, in the order in which it will be sent; it is empty afterwards. */
async function takeTold() {
  const rows = await world.database.query<{ body: Uint8Array; type: string }>(
    `SELECT address, key, message_id::text, attributes->>'type' AS type, body FROM outbox ORDER BY number`,
  );
  await world.database.execute('TRUNCATE outbox');
  return rows.map(({ body, ...row }) => ({
    ...row,
    bodyHash: createHash('sha256').update(body).digest('hex'),
  }));
}

test('every event of every end a payment can come to is told again with the id, the bytes, and in the order it had', async () => {
  await asked('capture');
  await asked('decline');
  await asked('error', 'silent', 'capture');
  await asked('error');
  await cancel(commandsOf());
  await refund(await asked('capture'));
  const told = await takeTold();
  expect(new Set(told.map(({ type }) => type)).size).toBe(5);

  const who = { actor: 'an operator', reason: 'a test' };
  const options = { databaseUrl: world.url, source: '/waybill/payment', routes: outboxRoutes };
  const [from, to] = [new Date(0), new Date(Date.now() + 60_000)];
  await republish(paymentHistory, { ...options, ...who, from, to, dryRun: false, waitMs: 1_000 });
  expect(await takeTold()).toEqual(told);
});
