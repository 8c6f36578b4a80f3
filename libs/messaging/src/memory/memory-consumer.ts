import type { Consumer, RawDelivery } from '../broker.js';
import type { MemoryQueue } from './memory-queue.js';
import type { MemoryReader } from './memory-reader.js';
import type { Connected } from './memory-server.js';

/** `idle` –start→ `running`, with a reader whenever the server can be reached –stopTaking→ `stopped` –close→ `closed`. */
export class MemoryConsumer implements Consumer, Connected {
  private state: 'idle' | 'running' | 'stopped' | 'closed' = 'idle';
  private reader: MemoryReader | undefined;
  private readonly accepted = Promise.withResolvers<void>();

  constructor(
    private readonly queue: MemoryQueue,
    private readonly take: (deliveries: readonly RawDelivery[]) => void,
    private readonly isReachable: () => boolean,
    private readonly leave: () => void,
  ) {}

  start(): Promise<void> {
    this.state = 'running';
    this.found();
    return this.accepted.promise;
  }

  async stopTaking(): Promise<void> {
    this.state = 'stopped';
    this.reader?.stop();
    this.accepted.resolve();
  }

  async close(): Promise<void> {
    this.state = 'closed';
    this.lost();
    this.accepted.resolve();
    this.leave();
  }

  async waiting(): Promise<number> {
    return this.queue.waitingCount;
  }

  found(): void {
    if (this.state !== 'running' || this.reader || !this.isReachable()) return;
    this.reader = this.queue.open(this.take);
    this.accepted.resolve();
  }

  lost(): void {
    if (this.reader) this.queue.close(this.reader);
    this.reader = undefined;
  }
}
