import { defineContract } from '@waybill/contracts';
import { z } from 'zod';
import type { Head } from '../chain/entry.js';

const length = z.number().int().positive();
const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/, 'must be sha-256 in hexadecimal');

/** The chain had this length and this last hash: what the table is held against from then on. */
export const AuditHead = defineContract({
  type: 'audit.head',
  version: 1,
  description: 'The chain had this length and this last hash.',
  example: { n: 3, hash: '00'.repeat(32) },
  payload: z.object({ n: length, hash: sha256Hex }),
});

/** A reader writes its own id behind everything there is, to know when it has read everything. */
export const HeadsRead = defineContract({
  type: 'audit.heads-read',
  version: 1,
  description: 'A reader asks to be told when it has read everything.',
  example: { readId: '01a20e29-2240-7000-8ed0-d8d3114de73d' },
  payload: z.object({ readId: z.uuid() }),
});

export const toPublished = ({ n, hash }: Head) => ({ n: Number(n), hash: Buffer.from(hash).toString('hex') });

export const fromPublished = ({ n, hash }: { n: number; hash: string }): Head => ({
  n: BigInt(n),
  hash: Buffer.from(hash, 'hex'),
});
