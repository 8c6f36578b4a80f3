import { setTimeout as pause } from 'node:timers/promises';
import type { Producer } from 'kafkajs';

export const tickMs = 20;

/** A message to each partition now and then, so that whoever owns it has something to handle. */
export class Ticking {
  private readonly stopped = new AbortController();
  private readonly producer: Producer;
  private readonly ticking: Promise<void>;

  constructor(producer: Producer, topic: string, partitions: number) {
    this.producer = producer;
    this.ticking = this.tick(topic, partitions);
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.ticking;
    await this.producer.disconnect();
  }

  private async tick(topic: string, partitions: number): Promise<void> {
    await this.producer.connect();
    const messages = Array.from({ length: partitions }, (_, partition) => ({ partition, value: 'tick' }));
    while (!this.stopped.signal.aborted) {
      await this.producer.send({ topic, messages });
      await pause(tickMs);
    }
  }
}
