import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { uuidV7 } from '@waybill/service-kit';
import { metricsPage, startTelemetry } from '@waybill/telemetry';
import { WatchChain } from '../chain/watch-chain.js';
import { AuditWorld } from '../testing/audit-world.js';
import { noticeOf } from '../testing/test-events.js';
import { WatchFindings } from '../watch-findings.js';
import { CountDeadLettersLeft } from './dead-letters-left.js';

let world: AuditWorld;
let deadLetters: CountDeadLettersLeft;
let stop: () => Promise<void>;

beforeAll(async () => {
  stop = await startTelemetry('dead-letters-test', {});
  world = await AuditWorld.open();
  deadLetters = new CountDeadLettersLeft(world.database);
});
afterAll(async () => {
  await world.close();
  await stop();
});

const startedAtMs = Date.now();
const minute = 60;
/** Minutes before the start: apart by more than these tests may take. */
const ago = (minutes: number) => new Date(startedAtMs - minutes * minute * 1_000).toISOString();
const left = async (subscription: string) =>
  (await deadLetters.count()).find((each) => each.subscription === subscription);

type Told = Partial<Parameters<typeof noticeOf>[0]>;

/** What is told of one message of a subscription, in this order. */
async function tell(subscription: string, ...told: readonly Told[]): Promise<void> {
  const about = { subscription, subject: uuidV7(), messageId: uuidV7() };
  const notices = told.map((notice) => noticeOf({ ...about, kind: 'receipt', at: ago(0), ...notice }));
  await world.deliver('deliveries', ...notices);
}

const dead = (at: string): Told => ({ kind: 'dead-lettered', at, because: 'never', attempts: 4 });
const receipt = (at: string, result: NonNullable<Told['result']>): Told => ({
  at,
  result,
  operationId: uuidV7(),
});

test.each(['handled', 'discarded', 'no-op'] as const)(
  'a dead letter is open until it is %s',
  async (result) => {
    const subscription = `ended-as-${result}`;
    await tell(subscription, dead(ago(60)));
    await tell(subscription, dead(ago(50)), receipt(ago(40), result));
    const found = await left(subscription);
    expect(found?.open).toBe(1);
    expect(found?.oldestAge).toBeGreaterThanOrEqual(60 * minute);
    expect(found?.oldestAge).toBeLessThan(90 * minute);
  },
);

test('a dead letter that failed again is one dead letter, as old as the first', async () => {
  await tell('again', dead(ago(60)), dead(ago(30)), receipt(ago(30), 'failed again'));
  const found = await left('again');
  expect(found?.open).toBe(1);
  expect(found?.oldestAge).toBeGreaterThanOrEqual(60 * minute);
});

test('a message that is set aside anew after it had ended is open, and as old as that', async () => {
  await tell('anew', dead(ago(60)), receipt(ago(50), 'handled'), dead(ago(30)));
  const found = await left('anew');
  expect(found?.open).toBe(1);
  expect(found?.oldestAge).toBeLessThan(50 * minute);
});

test('retries and parked messages are no dead letters', async () => {
  await tell('busy', { kind: 'retried', at: ago(5), dueAt: ago(0), because: 'busy', attempts: 1 });
  expect(await left('busy')).toBeUndefined();
});

test('what was found is shown, also that all have ended', async () => {
  await tell('shown', dead(ago(60)), receipt(ago(1), 'discarded'));
  const findings = new WatchFindings(
    new WatchChain(world.database, world.verifyChain),
    world.rails,
    deadLetters,
  );
  const hide = findings.show();
  expect(await metricsPage()).not.toContain('waybill_audit');
  await findings.look();
  const lines = (await metricsPage())!.split('\n');
  const of = (subscription: string) => `{messaging_destination_subscription_name="${subscription}"}`;
  expect(lines).toEqual(
    expect.arrayContaining([
      `waybill_dead_letters_open${of('again')} 1`,
      `waybill_dead_letters_open${of('shown')} 0`,
      `waybill_dead_letters_oldest_age${of('shown')} 0`,
      'waybill_audit_rails_differences 0',
      'waybill_audit_chain_ok 1',
    ]),
  );
  hide();
});
