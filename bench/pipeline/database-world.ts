import { readFile } from 'node:fs/promises';
import { inboxSql } from '@waybill/idempotency';
import { deliveryStateSql } from '@waybill/messaging';
import { throwawayDatabase, type ThrowawayDatabase } from '@waybill/test-kit';
import pg from 'pg';
import { BenchKafka } from '../contest/bench-kafka.ts';
import { fillTopic } from './fill-topic.ts';

const effectsSql = `
  CREATE TABLE effects (
    number     bigint NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    message_id uuid   NOT NULL,
    key        text   NOT NULL,
    sequence   int    NOT NULL,
    email      text   NOT NULL
  )`;

/** What the handling of one message comes to. */
export interface Effect {
  readonly id: string;
  readonly key: string;
  readonly sequence: number;
  readonly email: string;
}

/** All contenders' one way to write many effects. */
export const insertEffects = `
  INSERT INTO effects (message_id, key, sequence, email)
  SELECT * FROM unnest($1::uuid[], $2::text[], $3::int[], $4::text[])`;

export const effectColumns = (effects: readonly Effect[]): unknown[] => [
  effects.map(({ id }) => id),
  effects.map(({ key }) => key),
  effects.map(({ sequence }) => sequence),
  effects.map(({ email }) => email),
];

/** One topic, read again by every contender, and one database, emptied before each round. */
export class DatabaseWorld {
  readonly kafka: BenchKafka;
  readonly pool: pg.Pool;
  readonly topic: string;
  readonly messages: number;
  private readonly database: ThrowawayDatabase;

  private constructor(kafka: BenchKafka, database: ThrowawayDatabase, topic: string, messages: number) {
    this.kafka = kafka;
    this.database = database;
    this.topic = topic;
    this.messages = messages;
    this.pool = new pg.Pool({ connectionString: database.url, max: 10, options: '-c jit=off' });
    this.pool.on('error', () => undefined); // dropping the database cuts what is closing still
  }

  static async open(messages: number, partitions: number): Promise<DatabaseWorld> {
    const files = await Promise.all([inboxSql, deliveryStateSql].map((file) => readFile(file, 'utf8')));
    const database = await throwawayDatabase({ sql: [...files, effectsSql].join(';\n') });
    const kafka = await BenchKafka.open();
    const topic = await kafka.topic(partitions);
    await fillTopic(kafka, topic, messages, 1_000);
    return new DatabaseWorld(kafka, database, topic, messages);
  }

  async empty(): Promise<void> {
    await this.pool.query('TRUNCATE inbox, effects, runs_in_hand, suspects RESTART IDENTITY');
    await this.pool.query('CHECKPOINT');
  }

  /** Every message once, in the order of its key, and known to the inbox. */
  async check(name: string): Promise<void> {
    const { rows } = await this.pool.query<Record<string, number>>(judgeEffects);
    const { effects, messages, known, disordered } = rows[0]!;
    const sound = [effects, messages, known].every((count) => count === this.messages) && disordered === 0;
    if (!sound) throw new Error(`${name}, of ${this.messages}: ${JSON.stringify(rows[0])}`);
  }

  async close(): Promise<void> {
    await this.kafka.close();
    await this.pool.end();
    await this.database.drop();
  }
}

const judgeEffects = `
  SELECT count(*)::int AS effects, count(DISTINCT message_id)::int AS messages,
         (SELECT count(*)::int FROM inbox) AS known,
         (count(*) FILTER (WHERE sequence <> coalesce(before, 0) + 1))::int AS disordered
  FROM (SELECT message_id, sequence, lag(sequence) OVER (PARTITION BY key ORDER BY number) AS before
        FROM effects) AS effect`;
