import type { Message, OutgoingMessage, Publisher, PublishResult } from '@waybill/messaging';

export const confirmed: PublishResult = { status: 'confirmed' };
export const unknown: PublishResult = { status: 'unknown', because: new Error('connection lost') };
export const refused: PublishResult = { status: 'refused', because: new Error('too large') };

type Answer = (text: string, batch: readonly string[]) => PublishResult | Promise<PublishResult>;

/** The outside of the relay: keeps what was published, in order, and answers as it is told. */
export class RecordingPublisher implements Publisher {
  readonly messages: Message[] = [];
  readonly batches: string[][] = [];
  readonly at: number[] = [];
  private waiting: { readonly done: () => boolean; readonly resolve: () => void }[] = [];

  /** `answer` is asked per message by its body's text; only what it confirms counts as written. */
  constructor(public answer: Answer = () => confirmed) {}

  get texts(): string[] {
    return this.messages.map(textOf);
  }

  async publish(batch: readonly OutgoingMessage[]): Promise<readonly PublishResult[]> {
    const texts = batch.map(({ message }) => textOf(message));
    this.batches.push(texts);
    this.at.push(performance.now());
    this.tell();
    const results = await Promise.all(texts.map((text) => this.answer(text, texts)));
    results.forEach(({ status }, index) => {
      if (status === 'confirmed') this.messages.push(batch[index]!.message);
    });
    this.tell();
    return results;
  }

  async close(): Promise<void> {}

  /** Resolves once the condition holds; looked at after every change. Rejects after 30 s with what was published. */
  until(done: (publisher: RecordingPublisher) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const published = () => new Error(`not within 30 s; published: ${JSON.stringify(this.batches)}`);
      const timer = setTimeout(() => reject(published()), 30_000);
      const finish = () => (clearTimeout(timer), resolve());
      this.waiting.push({ done: () => done(this), resolve: finish });
      this.tell();
    });
  }

  private tell(): void {
    this.waiting = this.waiting.filter(({ done, resolve }) => !done() || void resolve());
  }
}

export const textOf = ({ body }: Message): string => Buffer.from(body).toString();
