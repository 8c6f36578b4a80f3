import type { Contract, DeliveryNotice } from '@waybill/messaging';
import { z } from 'zod';
import { defineContract } from '../define-contract.js';
import { instant } from '../fields.js';

const about = {
  kind: z.string(),
  subscription: z.string(),
  messageId: z.uuid(),
  type: z.string(),
  subject: z.string(),
  address: z.string(),
  at: instant,
  traceparent: z.string().optional(),
};
const failing = { because: z.string().optional(), attempts: z.int().optional() };
const operationId = z.uuid().optional();
const example = {
  subscription: 'payment_queue',
  messageId: '01a20e29-2240-7000-8b9b-0a9c1f6f4f11',
  type: 'payment.requested',
  subject: '01a20e29-2240-7000-8ed0-d8d3114de73d',
  address: 'payment_queue',
  at: '2026-01-02T03:04:06.000Z',
};
const failed = { because: 'provider answered 500', attempts: 1 };
const dueAt = '2026-01-02T03:04:11.000Z';

/** A message is put off and will be tried again by itself at `dueAt`. */
export const DeliveryRetried = defineContract({
  type: 'delivery.retried',
  version: 1,
  description: 'A message is put off and will be tried again by itself at `dueAt`.',
  example: { ...example, ...failed, kind: 'retried', dueAt },
  payload: z.object({ ...about, ...failing, dueAt: instant.optional(), operationId }),
});

/** A message waits at the head of its key until `dueAt`; all later ones of the key wait behind it. */
export const DeliveryParked = defineContract({
  type: 'delivery.parked',
  version: 1,
  description:
    'A message waits at the head of its key until `dueAt`; all later ones of the key wait behind it.',
  example: { ...example, ...failed, kind: 'parked', dueAt },
  payload: z.object({ ...about, ...failing, dueAt: instant.optional(), operationId }),
});

/** A message is set aside for a person. */
export const DeliveryDeadLettered = defineContract({
  type: 'delivery.dead-lettered',
  version: 1,
  description: 'A message is set aside for a person.',
  example: { ...example, ...failed, kind: 'dead-lettered' },
  payload: z.object({ ...about, ...failing, operationId }),
});

/** How an operation on a message ended. */
export const DeliveryReceipt = defineContract({
  type: 'delivery.receipt',
  version: 1,
  description: 'How an operation on a message ended.',
  example: {
    ...example,
    kind: 'receipt',
    operationId: '01a20e30-0000-7000-8000-0d9f2f5f7a10',
    result: 'handled',
  },
  payload: z.object({
    ...about,
    ...failing,
    operationId: z.uuid(),
    result: z.enum(['handled', 'no-op', 'failed again', 'discarded']),
  }),
});

/** The contract of each kind of notice. */
export const deliveryNotices: Readonly<Record<DeliveryNotice['kind'], Contract>> = {
  retried: DeliveryRetried,
  parked: DeliveryParked,
  'dead-lettered': DeliveryDeadLettered,
  receipt: DeliveryReceipt,
};
