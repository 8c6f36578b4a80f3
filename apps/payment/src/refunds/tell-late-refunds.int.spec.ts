import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { metricsPage, startTelemetry } from '@waybill/telemetry';
import { CommandRun } from '../testing/command-run.js';
import { commandsOf, openPaymentWorld, type PaymentWorld } from '../testing/payment-world.js';
import { TellLateRefunds } from './tell-late-refunds.js';

let world: PaymentWorld;
let stop: () => Promise<void>;
beforeAll(async () => {
  stop = await startTelemetry('late-refunds-test', {});
  world = await openPaymentWorld();
});
afterAll(async () => {
  await world.close();
  await stop();
});
afterEach(() => void (world.psp.silentRefunds = false));

test('a refund that is unknown for half an hour is told and counted, with its order, until it is known', async () => {
  const told: unknown[] = [];
  const tellLate = new TellLateRefunds(world.database, { warn: (line: unknown) => void told.push(line) });
  const { request, requestMessage, refund, refundMessage, orderId } = commandsOf();
  const { onRequest, onRefund } = world.handlers();
  await new CommandRun(onRequest, request, requestMessage, world.database).toTheEnd();
  world.psp.silentRefunds = true;
  await new CommandRun(onRefund, refund, refundMessage, world.database).toTheEnd();

  const hide = tellLate.show();
  const counted = async () => /^waybill_refunds_unknown (.*)$/m.exec((await metricsPage())!)?.[1];
  expect(await counted()).toBeUndefined();
  await tellLate.tell();
  expect(told).toEqual([]);
  expect(await counted()).toBe('0');

  const backdated = `UPDATE payments SET refund_asked_since = now() - interval '31 min' WHERE order_id = $1::uuid`;
  await world.database.execute(backdated, [orderId]);
  await tellLate.tell();
  expect(await counted()).toBe('1');
  expect(told).toEqual([
    {
      msg: 'refunds not known to be done after 30 min',
      count: 1,
      since: expect.any(String),
      orders: [orderId],
    },
  ]);

  world.psp.silentRefunds = false;
  await new CommandRun(onRefund, refund, refundMessage, world.database).toTheEnd();
  await tellLate.tell();
  expect(told).toHaveLength(1);
  expect(await counted()).toBe('0');
  hide();
});
