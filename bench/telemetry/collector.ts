import { countSpans } from '../../tools/traces/otlp/read-spans.ts';
import { OtlpReceiver } from '../../tools/traces/otlp/receiver.ts';

/** Takes spans, and does nothing but count them: the machine's cores are the services'. */
export class Collector {
  private readonly receiver: OtlpReceiver;
  private readonly counter: { spans: number };

  private constructor(receiver: OtlpReceiver, counter: { spans: number }) {
    this.receiver = receiver;
    this.counter = counter;
  }

  static async open(): Promise<Collector> {
    const counter = { spans: 0 };
    const receiver = await OtlpReceiver.open((body) => void (counter.spans += countSpans(body)));
    return new Collector(receiver, counter);
  }

  get url(): string {
    return this.receiver.url;
  }

  /** Spans since it was opened. */
  get spans(): number {
    return this.counter.spans;
  }

  close(): Promise<void> {
    return this.receiver.close();
  }
}
