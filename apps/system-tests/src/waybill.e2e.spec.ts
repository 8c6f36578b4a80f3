import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { e2eSite } from '../../../tools/servers/site.ts';
import { activity } from './behaviours/activity.js';
import { badInput } from './behaviours/bad-input.js';
import { cancellations } from './behaviours/cancellations.js';
import { duplicatePublishes } from './behaviours/duplicate-publishes.js';
import { erasure } from './behaviours/erasure.js';
import { everyKill } from './behaviours/every-kill.js';
import { expiry } from './behaviours/expiry.js';
import { express } from './behaviours/express.js';
import { fullStop } from './behaviours/full-stop.js';
import { hostileInput } from './behaviours/hostile-input.js';
import { mails } from './behaviours/mails.js';
import { memoryAlarm } from './behaviours/memory-alarm.js';
import { metrics } from './behaviours/metrics.js';
import { operations } from './behaviours/operations.js';
import { orderKinds } from './behaviours/order-kinds.js';
import { pauseAndRewind } from './behaviours/pause-and-rewind.js';
import { poisonBytes } from './behaviours/poison.js';
import { pspTrouble } from './behaviours/psp-trouble.js';
import { realOrders } from './behaviours/real-orders.js';
import { rebuiltBrokers } from './behaviours/rebuilt-brokers.js';
import { rpc } from './behaviours/rpc.js';
import { sales } from './behaviours/sales.js';
import { traces } from './behaviours/traces.js';
import { judged, sound } from './harness/judgement.js';
import { outsideOf } from './harness/outside.js';
import { RunningSystem } from './harness/running-system.js';

/**
 * One system, started from nothing, for all behaviours: a start takes longer than most of them. They share nothing
 * else, each has customers and products of its own; `-t 'poison'` runs one alone.
 */
const system = new RunningSystem(e2eSite);
const outside = outsideOf(system);

beforeAll(() => system.start(), 180_000);
afterAll(() => system.stop(), 60_000);

describe('orders', () => realOrders(outside));
describe('kinds of orders', () => orderKinds(outside));
// Before messages are sent that no service knows of: nobody could tell those again.
describe('lost brokers', () => rebuiltBrokers(outside));
describe('express', () => express(outside));
describe('bad input', () => badInput(outside));
describe('duplicates', () => duplicatePublishes(outside));
describe('undecodable messages', () => poisonBytes(outside));
describe('hostile input', () => hostileInput(outside));
const providerTrouble = pspTrouble(outside);
describe('provider trouble', providerTrouble.begins);
describe('operations', () => operations(outside));
describe('provider trouble', providerTrouble.ends);
describe('subscriptions', () => pauseAndRewind(outside));
describe('telemetry pages', () => metrics(outside));
describe('rpc', () => rpc(outside));
describe('activity', () => activity(outside));
describe('sales', () => sales(outside));
describe('expiry', () => expiry(outside));
describe('cancellations', () => cancellations(outside));
describe('people', () => erasure(outside));
describe('traces', () => traces(outside));
describe('mails', () => mails(outside));
describe('memory alarm', () => memoryAlarm(outside));
describe('deployment', () => fullStop(outside));
describe('crashes', () => everyKill(outside));

describe('in the end', () => {
  test('everything that was ever ordered is right', async () => {
    expect(await judged(system)).toMatchObject(sound);
    const paid = "status = 'CONFIRMED' AND total_cents > 0";
    const { captured, refunded } = await outside.psp.ledger();
    expect(captured).toBe(await outside.databases.count('ORDERS', 'orders', paid));
    const kept = `${paid} AND refunded_at IS NULL`;
    expect(captured - refunded).toBe(await outside.databases.count('ORDERS', 'orders', kept));
  }, 90_000);

  test('every service and server stops, and no process stays behind', async () => {
    for (const { name, code } of await system.stopServices())
      expect({ name, code }).toEqual({ name, code: 0 });
    await system.stop();
    expect(await system.running()).toEqual([]);
  }, 60_000);
});
