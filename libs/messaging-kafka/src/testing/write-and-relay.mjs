/**
 * A process for tests, on the built libraries: writes outbox rows and relays them to the real brokers as fast as it can,
 * until it is killed. Says `committed <text> …` after each commit and `confirmed <text> …` as each confirm comes, before
 * the relay hears of it; writing to a pipe is synchronous, so what was said before a kill is read.
 */
import { kafkaBroker } from '@waybill/messaging-kafka';
import { Outbox, OutboxRelay, pgDatabase } from '@waybill/outbox';
import { writeSync } from 'node:fs';
import pg from 'pg';

const { DATABASE_URL, KAFKA_BROKERS, TOPIC, LIFE } = process.env;
const writers = 4;
const rowsPerCommit = 10;
const say = (word, texts) => texts.length > 0 && writeSync(1, `${word} ${texts.join(' ')}\n`);

const broker = kafkaBroker({ brokers: KAFKA_BROKERS.split(','), clientId: 'relaying' });
const publisher = broker.publisher('relay');
const telling = {
  publish: async (batch) => {
    const results = await publisher.publish(batch);
    const confirmed = batch.filter((_, index) => results[index].status === 'confirmed');
    say(
      'confirmed',
      confirmed.map(({ message }) => Buffer.from(message.body).toString()),
    );
    return results;
  },
  close: () => publisher.close(),
};

const relay = new OutboxRelay({
  databaseUrl: DATABASE_URL,
  publishers: { kafka: telling },
  owner: 'relay',
  events: { emit: () => undefined },
});
const text = { type: 'text', dataschema: 'urn:test:text', encode: (payload) => Buffer.from(payload) };
const outbox = new Outbox({
  source: '/test',
  routes: { text: () => [{ broker: 'kafka', address: TOPIC }] },
  relay,
});
const database = pgDatabase(new pg.Pool({ connectionString: DATABASE_URL, max: writers }));

async function write(key) {
  for (let number = 0; ; number += rowsPerCommit) {
    const texts = Array.from({ length: rowsPerCommit }, (_, index) => `${key}:${number + index}`);
    await database.transaction((transaction) =>
      outbox.add(
        texts.map((payload) => ({ contract: text, key, subject: payload, payload })),
        transaction,
      ),
    );
    say('committed', texts);
  }
}

relay.start();
await Promise.all(Array.from({ length: writers }, (_, writer) => write(`${LIFE}-${writer}`)));
