import type { Origin, RawDelivery } from '../broker.js';
import type { Message } from '../message.js';

/** A message in a queue. */
export interface Stored {
  readonly address: string;
  readonly via: Origin['via'];
  /** Whose dead letters and retries are this message's. */
  readonly home: string;
  readonly message: Message;
  readonly priority: number;
  /** Of its arrival in the queue. */
  readonly number: number;
  deliveries: number;
}

/** One consumer's hold on a queue: takes until it is stopped, settles until it leaves. */
export class MemoryReader {
  private state: 'taking' | 'stopped' | 'left' = 'taking';
  private readonly held = new Map<Stored, string | undefined>();
  private readonly keys = new Map<string, number>();

  constructor(
    private readonly room: number,
    readonly take: (deliveries: readonly RawDelivery[]) => void,
  ) {}

  get hasRoom(): boolean {
    return this.state === 'taking' && this.held.size < this.room;
  }

  get heldCount(): number {
    return this.held.size;
  }

  holds(stored: Stored): boolean {
    return this.held.has(stored);
  }

  holdsKey(key: string): boolean {
    return this.keys.has(key);
  }

  hold(stored: Stored, key: string | undefined): void {
    this.held.set(stored, key);
    if (key) this.keys.set(key, (this.keys.get(key) ?? 0) + 1);
  }

  /** False when it was no longer held. */
  settle(stored: Stored): boolean {
    const key = this.held.get(stored);
    if (key) this.letGo(key);
    return this.held.delete(stored);
  }

  stop(): void {
    if (this.state === 'taking') this.state = 'stopped';
  }

  /** Answers what it had not settled. */
  leave(): Stored[] {
    this.state = 'left';
    const unsettled = [...this.held.keys()];
    this.held.clear();
    this.keys.clear();
    return unsettled;
  }

  private letGo(key: string): void {
    const left = this.keys.get(key)! - 1;
    if (left === 0) this.keys.delete(key);
    else this.keys.set(key, left);
  }
}
