import type { MessagingEvent, MessagingEvents } from '@waybill/messaging';

type Kind = MessagingEvent['kind'];

/** Remembers what messaging told, and lets a test wait for more of it. */
export class EventRecorder implements MessagingEvents {
  private readonly events: MessagingEvent[] = [];
  private readonly waiting = new Set<() => void>();

  emit(event: MessagingEvent): void {
    this.events.push(event);
    for (const look of this.waiting) look();
  }

  of<K extends Kind>(kind: K): Extract<MessagingEvent, { kind: K }>[] {
    return this.events.filter((event): event is Extract<MessagingEvent, { kind: K }> => event.kind === kind);
  }

  /** Resolves once `count` events of these kinds were told; the test's own timeout ends the wait. */
  async atLeast(count: number, ...kinds: Kind[]): Promise<void> {
    const enough = () => this.events.filter(({ kind }) => kinds.includes(kind)).length >= count;
    await new Promise<void>((resolve) => {
      const look = () => {
        if (!enough()) return;
        this.waiting.delete(look);
        resolve();
      };
      this.waiting.add(look);
      look();
    });
  }
}
