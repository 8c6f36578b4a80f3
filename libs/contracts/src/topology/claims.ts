import { addresses } from './addresses.js';

/** Where large fields of messages are kept, and which fields of which address those are. */
export const claims = {
  /** A bucket's name is unique in all of AWS, so a deployment has its own: `CLAIMS_BUCKET`. */
  bucket: 'waybill-claims',
  prefix: 'order-notifications',
  fields: { [addresses.orderNotifications]: ['invoice'] },
} as const;
