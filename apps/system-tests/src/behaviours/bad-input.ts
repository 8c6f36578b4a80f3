import { beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { freshCustomer } from '../harness/order-api.js';
import type { Outside } from '../harness/outside.js';

/** Requests that must not become orders. */
export function badInput({ orders, databases }: Outside): void {
  let sku: string;

  beforeAll(async () => {
    sku = await orders.stock({ priceCents: 500 });
  });

  const body = (change: Record<string, unknown> = {}) =>
    JSON.stringify({ customerId: freshCustomer(), lines: [{ sku, quantity: 1 }], ...change });

  /** What was wrong: status, field, rule; the body is made when the SKU is known. */
  const wrong: [string, () => { body: string; key?: string | undefined }, number, string, string][] = [
    ['malformed JSON', () => ({ body: '{"customerId":' }), 400, 'body', 'json'],
    ['no JSON object', () => ({ body: '[]' }), 400, 'body', 'invalid_type'],
    ['a huge body', () => ({ body: body({ customerId: 'x'.repeat(3e6) }) }), 413, 'body', 'too_big'],
    [
      'an unknown SKU',
      () => ({ body: body({ lines: [{ sku: 'NONE', quantity: 1 }] }) }),
      422,
      'lines.0.sku',
      'unknown-sku',
    ],
    [
      'a negative quantity',
      () => ({ body: body({ lines: [{ sku, quantity: -1 }] }) }),
      400,
      'lines.0.quantity',
      'too_small',
    ],
    ['no lines', () => ({ body: body({ lines: [] }) }), 400, 'lines', 'too_small'],
    ['an unknown field', () => ({ body: body({ total: 1 }) }), 400, 'total', 'unrecognized_keys'],
    ['another currency', () => ({ body: body({ currency: 'JPY' }) }), 422, 'lines.0.sku', 'currency-differs'],
    ['no Idempotency-Key', () => ({ body: body(), key: undefined }), 400, 'Idempotency-Key', 'invalid_type'],
    ['a key of spaces', () => ({ body: body(), key: 'a b' }), 400, 'Idempotency-Key', 'invalid_format'],
    [
      'a key too long',
      () => ({ body: body(), key: 'k'.repeat(256) }),
      400,
      'Idempotency-Key',
      'invalid_format',
    ],
  ];

  describe('a request that breaks a rule', () => {
    test.each(wrong)('%s is refused by field and rule, and stores nothing', async (_, make, ...expected) => {
      const [status, field, rule] = expected;
      const before = await rows();
      const { body, key } = { key: randomUUID(), ...make() };
      const answer = await orders.post(body, key);
      expect(answer).toMatchObject({ status, contentType: expect.stringContaining('problem+json') });
      expect(answer.body).toMatchObject({ errors: [expect.objectContaining({ field, rule })] });
      expect(await rows()).toEqual(before);
    });

    test('a key used again with another body is refused, and the first order stays the only one', async () => {
      const customerId = freshCustomer();
      const key = randomUUID();
      expect(await orders.post(body({ customerId }), key)).toMatchObject({ status: 202 });
      const before = await rows();
      const answer = await orders.post(body({ customerId, express: true }), key);
      expect(answer).toMatchObject({
        status: 422,
        body: { errors: [{ field: 'Idempotency-Key', rule: 'key-reused' }] },
      });
      expect(await rows()).toEqual(before);
    });
  });

  /** What a request may store; orders that were accepted before only change theirs. */
  async function rows(): Promise<number[]> {
    const tables = ['orders', 'order_lines', 'idempotency_keys'];
    return Promise.all(tables.map((table) => databases.count('ORDERS', table)));
  }
}
