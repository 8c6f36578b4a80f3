import type { Admin } from 'kafkajs';
import type { Partitions } from './assigned-partitions.js';
import { connectableClient, type KafkaClient } from './kafka-client.js';
import type { NormalisedKafkaOptions } from './kafka.options.js';
import { within } from './producer-session.js';

const patienceMs = 3_000;

/** How far a group is behind, by the brokers' word: on a connection of its own, opened at the first question. */
export class GroupLag {
  private client: KafkaClient | undefined;
  private admin: Promise<Admin> | undefined;

  constructor(
    private readonly groupId: string,
    private readonly options: NormalisedKafkaOptions,
  ) {}

  /** Messages after the committed offsets of these partitions; nothing when the brokers do not say in 3 s. */
  async of(partitions: Partitions): Promise<number | undefined> {
    try {
      return await within(patienceMs, this.ask(partitions));
    } catch {
      // Not known is an answer; what is wrong with the connection, publishers and consumers tell.
      this.giveUp();
      return undefined;
    }
  }

  async close(): Promise<void> {
    this.giveUp();
  }

  private async ask(partitions: Partitions): Promise<number> {
    const admin = await (this.admin ??= this.connect());
    const topics = Object.keys(partitions);
    const committed = await admin.fetchOffsets({ groupId: this.groupId, topics });
    const lags = topics.map(async (topic) => {
      const ends = await admin.fetchTopicOffsets(topic);
      const reached = committed.find((group) => group.topic === topic)?.partitions ?? [];
      return partitions[topic]!.map((partition) => {
        const end = ends.find((offsets) => offsets.partition === partition);
        const at = Number(reached.find((offsets) => offsets.partition === partition)?.offset ?? -1);
        return end ? Number(end.high) - (at < 0 ? Number(end.low) : at) : 0;
      });
    });
    return (await Promise.all(lags)).flat().reduce((sum, lag) => sum + Math.max(0, lag), 0);
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
