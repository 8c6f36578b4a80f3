import type { Admin } from 'kafkajs';
import { committedOn } from './committed-offsets.js';
import { connectableClient, type KafkaClient } from './kafka-client.js';
import type { NormalisedKafkaOptions } from './kafka.options.js';
import { within } from './producer-session.js';

const patienceMs = 3_000;

/** How far one partition has been read. */
export interface Standing {
  readonly topic: string;
  readonly partition: number;
  /** The first offset that is not handed over; nothing before the first fetch. */
  readonly next: bigint | undefined;
}

/** How far a group is behind, by the brokers' word: on a connection of its own, opened at the first question. */
export class GroupLag {
  private client: KafkaClient | undefined;
  private admin: Promise<Admin> | undefined;

  constructor(
    private readonly groupId: string,
    private readonly options: NormalisedKafkaOptions,
  ) {}

  /** Messages that are not handed over; nothing when the brokers do not say in 3 s where a partition ends. */
  async of(standing: readonly Standing[]): Promise<number | undefined> {
    try {
      return await within(patienceMs, this.ask(standing));
    } catch {
      // Not known is an answer; what is wrong with the connection, publishers and consumers tell.
      this.giveUp();
      return undefined;
    }
  }

  async close(): Promise<void> {
    this.giveUp();
  }

  private async ask(standing: readonly Standing[]): Promise<number> {
    const admin = await (this.admin ??= this.connect());
    const lags = [...Map.groupBy(standing, ({ topic }) => topic)].map(async ([topic, ofTopic]) => {
      const ends = await admin.fetchTopicOffsets(topic);
      const begins = await this.beginsOf(topic, ofTopic, admin);
      return ofTopic.map(({ partition, next }) => {
        const end = ends.find((offsets) => offsets.partition === partition);
        const at = next ?? begins.get(partition) ?? BigInt(end?.low ?? 0);
        return Math.max(0, Number(BigInt(end?.high ?? 0) - at));
      });
    });
    return (await Promise.all(lags)).flat().reduce((sum, lag) => sum + lag, 0);
  }

  /** Where partitions will be read from that have not been yet. */
  private async beginsOf(topic: string, standing: readonly Standing[], admin: Admin) {
    if (standing.every(({ next }) => next !== undefined)) return new Map<number, bigint>();
    return committedOn({ group: this.groupId, topic }, admin);
  }

  private async connect(): Promise<Admin> {
    this.client = connectableClient(this.options, `lag.${this.groupId}`);
    const admin = this.client.kafka.admin();
    await admin.connect();
    return admin;
  }

  private giveUp(): void {
    this.client?.giveUp();
    this.client = undefined;
    this.admin = undefined;
  }
}
