import { throwawayDatabase, type ThrowawayDatabase } from '@waybill/test-kit';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { deleteTopics, sendToFreshTopics } from './sent-topics.ts';
import type { Settings } from './settings.ts';
import { auditRows, soundMessages, soundRows, type SentMessage } from './sound-rows.ts';
import type { Verdict } from './verdict.ts';
import { verify, type Judgement } from './verify.ts';

type Database = 'orders' | 'psp' | 'audit';

const apps: Record<Database, string> = { orders: 'order', psp: 'psp-simulator', audit: 'audit' };

/** Throw-away databases and topics in which four orders went their way as they should. */
export class SoundWorld {
  readonly settings: Settings;
  private readonly databases: Record<Database, ThrowawayDatabase>;
  private readonly topics: string[];
  private readonly passingTopics: string[] = [];

  private constructor(
    databases: Record<Database, ThrowawayDatabase>,
    kafkaBrokers: string[],
    topics: string[],
  ) {
    this.databases = databases;
    this.topics = topics;
    this.settings = {
      ordersDatabaseUrl: databases.orders.url,
      pspDatabaseUrl: databases.psp.url,
      auditDatabaseUrl: databases.audit.url,
      kafka: { brokers: kafkaBrokers },
    };
  }

  static async build(): Promise<SoundWorld> {
    const brokers = process.env['KAFKA_BROKERS']?.split(',');
    if (!brokers) throw new Error('KAFKA_BROKERS is not set: `npm run servers` starts the servers for tests');
    const [orders, psp, audit] = await Promise.all([migrated('orders'), migrated('psp'), migrated('audit')]);
    return new SoundWorld({ orders, psp, audit }, brokers, await sendToFreshTopics(brokers, soundMessages));
  }

  async restoreRows(): Promise<void> {
    await this.change('orders', soundRows.orders);
    await this.change('psp', soundRows.psp);
    await this.change('audit', auditRows(soundMessages));
  }

  async change(database: Database, sql: string): Promise<void> {
    const client = new pg.Client({ connectionString: this.databases[database].url });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  }

  judged(judgement: Partial<Judgement> = {}): Promise<Verdict> {
    return verify(this.settings, { waitMs: 0, topics: this.topics, ...judgement });
  }

  /** As a run that had these orders accepted would be. */
  async judgedFor(...accepted: string[]): Promise<Verdict> {
    const folder = await mkdtemp(join(tmpdir(), 'verify-'));
    const orderIdsFile = join(folder, 'order-ids');
    await writeFile(orderIdsFile, accepted.join('\n'));
    return this.judged({ orderIdsFile }).finally(() => rm(folder, { recursive: true }));
  }

  /** With these messages in the topics instead, and these in the audit log. */
  async judgedWith(messages: SentMessage[], audited = messages): Promise<Verdict> {
    await this.change('audit', auditRows(audited));
    const topics = await sendToFreshTopics(this.settings.kafka.brokers, messages);
    this.passingTopics.push(...topics);
    return this.judged({ topics });
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.databases).map((database) => database.drop()));
    await deleteTopics(this.settings.kafka.brokers, [...this.topics, ...this.passingTopics]);
  }
}

const migrated = (database: Database) =>
  throwawayDatabase({
    ...(database === 'audit'
      ? { sql: 'CREATE TABLE audit_log(n bigint, message_id uuid)' }
      : { migrations: new URL(`../../apps/${apps[database]}/prisma/migrations`, import.meta.url) }),
  });
