import { createHash } from 'node:crypto';
import type { Contract } from '@waybill/messaging';

/**
 * Id of the one message of this contract about this subject, a UUIDv7: whoever knows the subject can name it again,
 * when outbox and broker have forgotten it. For messages that are announced once in their subject's life only.
 *
 * A UUIDv8 (RFC 9562): the subject's 48 bits of time, so that ids of one day lie together in every inbox's index, then
 * sha-256 of subject and dataschema. A contract's next version has another body, and so another id.
 */
export function derivedId(subject: string, { dataschema }: Pick<Contract, 'dataschema'>): string {
  const bytes = createHash('sha256').update(`${subject} ${dataschema}`).digest().subarray(0, 16);
  bytes.write(subject.replaceAll('-', '').slice(0, 12), 'hex');
  bytes[6] = 0x80 | (bytes.readUInt8(6) & 0x0f);
  bytes[8] = 0x80 | (bytes.readUInt8(8) & 0x3f);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
