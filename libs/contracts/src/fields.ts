import { z } from 'zod';
import { personal } from './schemas/personal.js';

/** Fields that mean the same in every contract and in the HTTP API. */
export const orderId = z.uuid();
export const customerId = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[\x21-\x7e]+$/, 'must be visible ASCII');
export const customerEmail = personal(z.email().max(254));
export const sku = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be 1 to 64 letters, digits, dots, dashes');
export const imageS3Key = z
  .string()
  .regex(/^images\/[0-9a-f]{64}\.(png|jpg)$/, 'must be images/, a sha-256 in hex, and .png or .jpg');
export const quantity = z.int().min(1).max(10_000);
/** Minor units of the currency: cents for USD, yen for JPY. */
export const amountInMinorUnits = z.int().min(0).max(1_000_000_000_000);
export const currency = z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code');
export const instant = z.iso.datetime();
