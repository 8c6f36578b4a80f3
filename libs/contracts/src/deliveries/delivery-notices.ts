import type { DeliveryNotice } from '@waybill/messaging';
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

/** A message is put off and will be tried again by itself at `dueAt`. */
export const DeliveryRetried = defineContract({
  type: 'delivery.retried',
  version: 1,
  payload: z.object({ ...about, ...failing, dueAt: instant.optional(), operationId }),
});

/** A message waits at the head of its key until `dueAt`; all later ones of the key wait behind it. */
export const DeliveryParked = defineContract({
  type: 'delivery.parked',
  version: 1,
  payload: z.object({ ...about, ...failing, dueAt: instant.optional(), operationId }),
});

/** A message is set aside for a person. */
export const DeliveryDeadLettered = defineContract({
  type: 'delivery.dead-lettered',
  version: 1,
  payload: z.object({ ...about, ...failing, operationId }),
});

/** How an operation on a message ended. */
export const DeliveryReceipt = defineContract({
  type: 'delivery.receipt',
  version: 1,
  payload: z.object({
    ...about,
    ...failing,
    operationId: z.uuid(),
    result: z.enum(['handled', 'no-op', 'failed again', 'discarded']),
  }),
});

/** The contract of each kind of notice. */
export const deliveryNotices: Readonly<Record<DeliveryNotice['kind'], ReturnType<typeof defineContract>>> = {
  retried: DeliveryRetried,
  parked: DeliveryParked,
  'dead-lettered': DeliveryDeadLettered,
  receipt: DeliveryReceipt,
};
