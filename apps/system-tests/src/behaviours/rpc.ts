import { afterAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@waybill/test-kit';
import type { Outside } from '../harness/outside.js';

const calls = 10_000;
const atATime = 50;

/** Questions that the order service asks the payment service. */
export function rpc({ system, rabbitmq }: Outside): void {
  const quote = async (totalCents: number) => {
    const startedAt = performance.now();
    const response = await fetch(`${system.address('ORDER_URL')}/quotes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ customerId: 'c-1', totalCents }),
    });
    const body = (await response.json()) as Record<string, unknown>;
    return { status: response.status, body, tookMs: performance.now() - startedAt };
  };
  /** Calls that wait, in the order service's own words. */
  const pending = async () => {
    const answer = await fetch(`${system.address('ORDER_URL')}/health/ready`);
    return ((await answer.json()) as { reports: { rpc: { pending: number } } }).reports.rpc.pending;
  };
  let frozen = false;

  afterAll(async () => {
    if (frozen) await system.kill('payment');
  });

  describe('a quote', () => {
    test('is answered by the payment service', async () => {
      await eventually(async () =>
        expect(await quote(10_000)).toMatchObject({ status: 200, body: { feeCents: 150 } }),
      );
    }, 30_000);

    test('ten thousand of them leave no call pending and no message in the queue', async () => {
      let next = 0;
      const odd: unknown[] = [];
      const ask = async () => {
        while (next++ < calls) {
          const { status, body } = await quote(10_000);
          if (status !== 200) odd.push(body);
        }
      };
      await Promise.all(Array.from({ length: atATime }, ask));
      expect(odd).toEqual([]);
      expect(await pending()).toBe(0);
      expect(await rabbitmq.ready('payment.quote')).toBe(0);
    }, 120_000);

    test('is 504 after 2 s while the payment service is down, and answered again when it is back', async () => {
      await system.freeze('payment');
      frozen = true;
      for (const { status, body, tookMs } of await Promise.all(Array.from({ length: 20 }, () => quote(1)))) {
        expect({ status, body }).toMatchObject({ status: 504, body: { title: 'No quote in time' } });
        expect(tookMs).toBeGreaterThanOrEqual(1_990);
        expect(tookMs).toBeLessThan(4_000); // asked once
      }
      expect(await pending()).toBe(0);
      await system.kill('payment');
      frozen = false;
      await eventually(async () => expect(await quote(1)).toMatchObject({ status: 200 }), 30_000);
      expect(await rabbitmq.ready('payment.quote')).toBe(0);
    }, 60_000);
  });
}
