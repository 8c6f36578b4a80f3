import type { Attributes, Counter, Meter, MeterProvider } from '@opentelemetry/api';
import type { LineWriter } from './messaging-log.js';

const processed = 'otel.sdk.processor.span.processed';
const tellEveryMs = 60_000;

let lines: LineWriter | undefined;

/** Where it is told that spans were lost; until then it is kept. */
export function tellLostSpansTo(writer: LineWriter): void {
  lines = writer;
}

/**
 * Listens to what the SDK counts about its own spans, and tells of those that were lost, at most once a minute: by default
 * a full queue drops in silence. What is told adds up to what is counted.
 */
export class LostSpans {
  private lost = new Map<string, number>();
  private telling: NodeJS.Timeout | undefined;

  /** What the SDK is given to count with. */
  countedBy(provider: MeterProvider): MeterProvider {
    return {
      getMeter: (name, version, options) => this.listening(provider.getMeter(name, version, options)),
    };
  }

  /** What has not been told yet. */
  end(): void {
    clearInterval(this.telling);
    this.tell();
  }

  private listening(meter: Meter): Meter {
    const listening: Meter = Object.create(meter);
    listening.createCounter = (name, options) => {
      const counter = meter.createCounter(name, options);
      return (name === processed ? this.overhearing(counter) : counter) as never;
    };
    return listening;
  }

  private overhearing(counter: Counter): Counter {
    return {
      add: (count, attributes, context) => {
        counter.add(count, attributes, context);
        this.heard(count, attributes);
      },
    };
  }

  private heard(count: number, attributes: Attributes = {}): void {
    const because = attributes['error.type'];
    if (because === undefined) return;
    this.lost.set(String(because), (this.lost.get(String(because)) ?? 0) + count);
    if (this.telling) return;
    // The first is told at once, with those of the same moment.
    setImmediate(() => this.tell());
    this.telling = setInterval(() => this.tell(), tellEveryMs).unref();
  }

  private tell(): void {
    if (this.lost.size === 0 || !lines) return;
    for (const [because, count] of this.lost) lines.warn({ msg: 'spans lost', because, count });
    this.lost = new Map();
  }
}
