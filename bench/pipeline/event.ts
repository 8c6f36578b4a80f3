import { writeEnvelope, type Contract, type Message } from '@waybill/messaging';
import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';

/** What every contender reads: some 300 bytes, the size of an order's event. */
export interface Event {
  readonly number: number;
  readonly key: string;
  readonly text: string;
}

export const eventContract: Contract<Event> = {
  type: 'bench.happened',
  dataschema: 'urn:bench:happened:v1',
  decode: ({ body }) => JSON.parse(Buffer.from(body).toString()) as Event,
  encode: (event) => Buffer.from(JSON.stringify(event)),
};

/** Number `number` of a topic whose messages go round `keys` keys. */
export function eventMessage(number: number, keys: number): Message {
  // Random, since bodies that compress away would make fetches larger than any real ones.
  const text = randomBytes(150).toString('base64');
  const key = `customer-${number % keys}`;
  const attributes = writeEnvelope({
    id: v7(),
    type: eventContract.type,
    source: '/bench',
    subject: key,
    time: new Date().toISOString(),
    dataschema: eventContract.dataschema,
    sequence: 1 + Math.floor(number / keys),
  });
  return { key, attributes, headers: {}, body: eventContract.encode({ number, key, text }) };
}
