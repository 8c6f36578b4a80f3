import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '@waybill/test-kit';
import { randomUUID } from 'node:crypto';
import { killMissed } from '../harness/kill-missed.js';
import type { Outside } from '../harness/outside.js';
import { waybill } from '../harness/waybill-command.js';

interface Standing {
  readonly name: string;
  readonly paused: { readonly actor: string; readonly reason: string } | null;
  readonly waiting: number;
  readonly consumers: number;
}

const why = ['--actor', 'an operator', '--reason', 'an end-to-end test'];

/** What a person does to a whole subscription, from the command line. */
export function pauseAndRewind({ system, orders, audit, rabbitmq, kafka, databases }: Outside): void {
  const command = (...args: readonly string[]) => waybill(system.environment, 'subscriptions', ...args);
  const standing = async (name: string): Promise<Standing> => {
    const all = JSON.parse((await command('list', '--json')).stdout) as Standing[];
    return all.find((each) => each.name === name)!;
  };
  const audited = () => databases.count('AUDIT', 'audit_log');
  /** Of the process that answers just now. */
  const stateInItsOwnWords = async () => {
    const answer = await fetch(`${system.address('AUDIT_URL')}/health/ready`);
    const { reports } = (await answer.json()) as {
      reports: { subscriptions: Record<string, { state: string }> };
    };
    return reports.subscriptions['audit']?.state;
  };
  let sku: string;
  let began: string;

  beforeAll(async () => {
    began = new Date().toISOString();
    sku = await orders.stock({ priceCents: 500 });
  });
  afterAll(() => command('resume', 'audit', 'payment_queue', ...why));

  const settledOrder = async () => {
    const orderId = await orders.place({ lines: [{ sku, quantity: 1 }] });
    await orders.settled(orderId);
    return orderId;
  };
  const inJourney = (orderId: string) =>
    eventually(async () => expect((await audit.journey(orderId)).status).toBe('CONFIRMED'), 30_000);

  test('a paused queue keeps its messages, and goes on with them once it is resumed', async () => {
    expect(await command('pause', 'payment_queue', ...why)).toMatchObject({ code: 0 });
    const orderId = await orders.place({ lines: [{ sku, quantity: 1 }] });
    await eventually(async () => expect(await rabbitmq.ready('payment_queue')).toBe(1));
    expect(await standing('payment_queue')).toMatchObject({ waiting: 1, consumers: 0 });
    expect(await orders.find(orderId)).toMatchObject({ status: 'PENDING' });

    expect(await command('resume', 'payment_queue', ...why)).toMatchObject({ code: 0 });
    await orders.settled(orderId);
  }, 60_000);

  test('a pause stands although its service is killed, and what came meanwhile is handled afterwards', async () => {
    expect(await command('pause', 'audit', ...why)).toMatchObject({ code: 0 });
    const before = await audited();
    const orderId = await settledOrder();
    await killMissed('audit', { system, kafka });
    await eventually(async () => expect(await stateInItsOwnWords()).toBe('paused'), 30_000);
    const paused = { actor: 'an operator', reason: 'an end-to-end test' };
    expect(await standing('audit')).toMatchObject({ paused, consumers: 0 });
    expect((await standing('audit')).waiting).toBeGreaterThan(0);
    expect(await audited()).toBe(before);

    expect(await command('resume', 'audit', ...why)).toMatchObject({ code: 0 });
    await inJourney(orderId);
  }, 90_000);

  test('a subscription is rewound while it is paused, and what it had handled has no second effect', async () => {
    await inJourney(await settledOrder());
    const rewind = (...args: string[]) => command('rewind', 'audit', '--to', began, ...args);
    expect(await rewind('--yes', ...why)).toMatchObject({ code: 2 });
    expect(await command('pause', 'audit', ...why)).toMatchObject({ code: 0 });
    const before = await audited();

    const dry = JSON.parse((await rewind('--dry-run', '--json')).stdout) as { messages: number };
    expect(dry.messages).toBeGreaterThan(5);
    expect(await rewind('--yes', ...why)).toMatchObject({ code: 0 });
    expect(await standing('audit')).toMatchObject({ waiting: dry.messages, consumers: 0 });

    expect(await command('resume', 'audit', ...why)).toMatchObject({ code: 0 });
    await eventually(async () => expect((await standing('audit')).waiting).toBe(0), 30_000);
    expect(await audited()).toBe(before);
    expect(await audit.verify()).toMatchObject({ ok: true });
  }, 120_000);

  test('no queue is rewound, nor anything to where it has forgotten what it handled', async () => {
    expect(await command('rewind', 'order_processing', '--to', began, '--yes', ...why)).toMatchObject({
      code: 2,
    });
    const since = "UPDATE subscription_states SET inbox_days = 1 WHERE subscription = 'audit'";
    await databases.query('AUDIT', since);
    expect(await command('rewind', 'audit', '--to', began, '--dry-run')).toMatchObject({ code: 2 });
    await databases.query(
      'AUDIT',
      "UPDATE subscription_states SET inbox_days = 30 WHERE subscription = 'audit'",
    );
    expect(await command('rewind', 'audit', '--to', began, '--dry-run')).toMatchObject({ code: 0 });
  }, 60_000);

  test('who, why and what are kept', async () => {
    const kept = await databases.query(
      'AUDIT',
      `SELECT kind, actor, reason FROM subscription_operations
       WHERE subscription = 'audit' AND carried_out_at IS NOT NULL ORDER BY asked_at`,
    );
    const by = { actor: 'an operator', reason: 'an end-to-end test' };
    const kinds = ['pause', 'resume', 'pause', 'rewind', 'resume'];
    expect(kept).toEqual(kinds.map((kind) => ({ kind, ...by })));
    expect(await command('pause', randomUUID(), ...why)).toMatchObject({ code: 2 });
  }, 30_000);
}
