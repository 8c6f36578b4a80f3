import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sentences } from './sentences.ts';
import { orderIds } from './sound-rows.ts';
import { SoundWorld } from './sound-world.ts';
import { verify } from './verify.ts';

/** Joining a consumer group takes seconds where the brokers wait for more members. */

const { paid, free, declined, expired } = orderIds;
let world: SoundWorld;
beforeAll(async () => {
  world = await SoundWorld.build();
});
afterAll(() => world.close());
beforeEach(() => world.restoreRows());

test('a sound world is found right, in figures and in words', async () => {
  const verdict = await world.judged();
  expect(verdict).toEqual({
    orders: 4,
    confirmed: 2,
    rejected: 1,
    expired: 1,
    pending: 0,
    captures: 1,
    refunds: 0,
    capturedTwice: 0,
    lost: 0,
    stockDrift: 0,
    auditEvents: 11,
    auditTwice: 0,
    auditMissing: 0,
    auditOutOfOrder: 0,
    mails: 0,
    doubledMails: 0,
    doubled: 0,
    violations: [],
  });
  expect(sentences(verdict)).toMatch(
    /^4 orders: 2 confirmed, 1 rejected, 1 expired, 0 pending\n[\s\S]*is right\.\n$/,
  );
});

describe('money', () => {
  test('an order that was captured twice', async () => {
    await world.change(
      'psp',
      `INSERT INTO charges SELECT 'again', gen_random_uuid(), status, order_id, amount_cents, currency
         FROM charges WHERE status = 'captured'`,
    );
    const { doubled, captures, violations } = await world.judged();
    expect({ doubled, captures, violations }).toEqual({
      doubled: 1,
      captures: 2,
      violations: [`1 orders were captured more than once: ${paid}`],
    });
  });

  test('a confirmed order that nobody paid', async () => {
    await world.change('psp', `DELETE FROM charges WHERE status = 'captured'`);
    const { lost, violations } = await world.judged();
    expect([lost, violations]).toEqual([1, [`1 confirmed orders have no capture: ${paid}`]]);
  });

  test('money for an order that was rejected', async () => {
    await world.change('psp', `UPDATE charges SET status = 'captured' WHERE status = 'declined'`);
    expect((await world.judged()).violations).toEqual([
      `1 orders were captured without being confirmed: ${declined}`,
    ]);
  });

  test('another amount than the order has', async () => {
    await world.change('psp', `UPDATE charges SET amount_cents = 2934 WHERE status = 'captured'`);
    expect((await world.judged()).violations).toEqual([
      `1 captures have another amount than their order: ${paid}`,
    ]);
  });
});

describe('orders', () => {
  test('one that is still pending', async () => {
    await world.change(
      'orders',
      `UPDATE orders SET status = 'PENDING', settled_at = NULL WHERE order_id = '${expired}'`,
    );
    const { pending, violations } = await world.judged();
    expect(pending).toBe(1);
    expect(violations).toContain(`1 orders are still PENDING: ${expired}`);
  });

  test('one that was accepted and is not there', async () => {
    const { lost, violations } = await world.judgedFor(paid, '00000000-0000-7000-8000-00000000dead');
    expect([lost, violations]).toEqual([
      1,
      ['1 accepted orders are not in the orders database: 00000000-0000-7000-8000-00000000dead'],
    ]);
  });

  test('one whose row is gone while its events are there', async () => {
    await world.change('orders', `DELETE FROM order_lines WHERE order_id = '${expired}'`);
    await world.change('orders', `DELETE FROM orders WHERE order_id = '${expired}'`);
    const { lost, violations } = await world.judged();
    expect([lost, violations]).toEqual([1, [`1 orders have events but no row: ${expired}`]]);
  });
});

describe('stock', () => {
  test.each([
    [
      'sold twice',
      `UPDATE products SET on_hand = on_hand - 1 WHERE sku = 'CD-0'`,
      'CD-0 (5 in, 1 sold, 3 there)',
    ],
    [
      'never taken off',
      `UPDATE products SET on_hand = on_hand + 1 WHERE sku = 'CD-0'`,
      'CD-0 (5 in, 1 sold, 5 there)',
    ],
    ['not known at all', `DELETE FROM products WHERE sku = 'CD-0'`, 'CD-0 (0 in, 1 sold, 0 there)'],
  ])('%s', async (_, sql, named) => {
    await world.change('orders', sql);
    const { stockDrift, doubled, violations } = await world.judged();
    expect([stockDrift, doubled]).toEqual([1, 1]);
    expect(violations).toEqual([`1 products hold another quantity than was put in and not sold: ${named}`]);
  });

  test('reserved for nobody', async () => {
    await world.change('orders', `UPDATE products SET reserved = 2 WHERE sku = 'CD-1177'`);
    const { stockDrift, violations } = await world.judged();
    expect(stockDrift).toBe(2);
    expect(violations).toEqual([
      '1 products reserve another quantity than pending orders hold: CD-1177 (2 reserved, 0 held)',
    ]);
  });

  test('a reservation that a pending order holds is right', async () => {
    await world.change('orders', `UPDATE products SET reserved = 1 WHERE sku = 'CD-1177'`);
    await world.change(
      'orders',
      `UPDATE orders SET status = 'PENDING', settled_at = NULL, stock_reserved = true WHERE order_id = '${expired}'`,
    );
    expect((await world.judged()).stockDrift).toBe(0);
  });
});

test("a run's own orders are judged without the faults of other runs", async () => {
  await world.change('psp', `UPDATE charges SET status = 'captured' WHERE status = 'declined'`);
  const { orders, captures, auditEvents, violations } = await world.judgedFor(paid, free);
  expect({ orders, captures, auditEvents, violations }).toEqual({
    orders: 2,
    captures: 1,
    auditEvents: 5,
    violations: [],
  });
});

test('what cannot be read is an error and no verdict', async () => {
  const nowhere = { ...world.settings, pspDatabaseUrl: 'postgres://127.0.0.1:1/psp' };
  await expect(verify(nowhere, { waitMs: 0 })).rejects.toThrow(
    'the psp database cannot be read: connect ECONNREFUSED 127.0.0.1:1',
  );
  await expect(verify(world.settings, { waitMs: 0, topics: ['no-such-topic'] })).rejects.toThrow(
    /^Kafka at .* cannot be read: there is no topic no-such-topic$/,
  );
});
