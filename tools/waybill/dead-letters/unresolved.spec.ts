import { describe, expect, test } from '@jest/globals';
import { subscriptions } from '@waybill/contracts';
import type { DeadLetter } from './dead-letter.ts';
import type { Receipt } from './receipts.ts';
import { unresolved } from './unresolved.ts';

const { orderPayments, paymentQueue } = subscriptions;
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

const entry = (failedAt: number, change: Partial<DeadLetter> = {}): DeadLetter => ({
  subscription: orderPayments,
  messageId: 'm',
  type: 'payment.captured',
  because: 'never',
  attempts: 1,
  lastFailedAt: at(failedAt),
  message: { address: 'payments', key: 'c', attributes: {}, headers: {}, body: '' },
  place: `payments.order-processing-group.dlq 0/${failedAt}`,
  ...change,
});
const receipt = (toldAt: number, operationId: string, result: Receipt['result']): Receipt => ({
  ...{ kind: 'receipt', type: 'payment.captured', subject: 'o', address: 'payments', messageId: 'm' },
  subscription: orderPayments.name,
  at: at(toldAt),
  operationId,
  result,
});

describe('a dead letter on Kafka', () => {
  test.each(['handled', 'discarded', 'no-op'] as const)('is resolved by the receipt "%s"', (result) => {
    expect(unresolved([entry(1)], [receipt(2, 'op1', result)])).toEqual([]);
  });

  test('that was replayed and failed again within a minute is two entries, and the second is still to be decided', () => {
    const [first, second] = [entry(1), entry(3, { operationId: 'op1' })];
    expect(unresolved([first, second], [receipt(3, 'op1', 'failed again')])).toEqual([second]);
    const both = [receipt(3, 'op1', 'failed again'), receipt(4, 'op2', 'handled')];
    expect(unresolved([first, second], both)).toEqual([]);
  });

  test('beside another entry of the same message needs a receipt of its own', () => {
    const [first, second] = [entry(1), entry(2)];
    expect(unresolved([first, second], [receipt(3, 'op1', 'handled')])).toEqual([first]);
    const both = [receipt(3, 'op1', 'handled'), receipt(4, 'op2', 'no-op')];
    expect(unresolved([first, second], both)).toEqual([]);
  });

  test('set aside after a receipt is not meant by it', () => {
    const later = entry(5);
    expect(unresolved([later], [receipt(2, 'op1', 'handled')])).toEqual([later]);
  });

  test('of another subscription or message is not meant either', () => {
    const others = [entry(1, { messageId: 'n' }), entry(1, { subscription: subscriptions.auditEvents })];
    expect(unresolved(others, [receipt(2, 'op1', 'handled')])).toEqual(others);
  });
});

test('a dead letter on RabbitMQ counts for as long as it lies there', () => {
  const lying = entry(1, { subscription: paymentQueue });
  const told = { ...receipt(2, 'op1', 'handled'), subscription: paymentQueue.name };
  expect(unresolved([lying], [told])).toEqual([lying]);
});
