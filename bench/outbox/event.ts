import { randomBytes } from 'node:crypto';
import type { Contract } from '@waybill/messaging';
import type { NewMessage } from '@waybill/outbox';

export interface Event {
  readonly number: number;
  readonly text: string;
}

export const eventContract: Contract<Event> = {
  type: 'bench.happened',
  dataschema: 'urn:bench:happened:v1',
  decode: ({ body }) => JSON.parse(Buffer.from(body).toString()) as Event,
  encode: (event) => Buffer.from(JSON.stringify(event)),
};

const keys = 1_000;

/** Some 250 bytes, as an order's event; random, since text that compresses away would flatter everybody. */
export function eventsFrom(first: number, count: number): NewMessage<typeof eventContract>[] {
  return Array.from({ length: count }, (_, index) => {
    const number = first + index;
    const key = `customer-${number % keys}`;
    const payload = { number, text: randomBytes(150).toString('base64') };
    return { contract: eventContract, key, subject: key, payload };
  });
}
