import { OrderConfirmed, type SalesCounted } from '@waybill/contracts';
import { readEnvelope, type PayloadOf } from '@waybill/messaging';
import type { ReadMessage } from '@waybill/messaging-kafka';
import { RecentIds } from './recent-ids.js';

export type Counted = PayloadOf<typeof SalesCounted>;
export type Minute = Counted['minutes'][number];

interface Stretch {
  readonly partition: number;
  readonly next: bigint;
}

/** It cannot be read: nobody knows whether it tells of a sale. */
export type PassOver = (message: ReadMessage, partition: number, error: unknown) => void;

/**
 * Copies of a message stand behind it in its partition: what a relay had sent when it died, its heir sends again, before
 * anything newer of that customer. Only other customers' messages come between the two, for as long as that takes.
 */
export const lookBack = 20_000;

/** Adds up confirmed orders by the minute in which they were settled, each order once. */
export class SalesCount {
  private readonly counted = new Map<number, RecentIds>();

  /** Knows the latest `remembered` orders of each partition again. */
  constructor(
    private readonly passOver: PassOver,
    private readonly remembered = lookBack,
  ) {}

  /** How much more it is by these; nothing if they tell of no sale. Changes nothing: it may be asked again. */
  of(messages: readonly ReadMessage[], { partition, next }: Stretch): Counted | undefined {
    const fresh = new Map<string, Sale>();
    for (const message of messages) {
      const sale = this.read(message, partition);
      if (sale && !this.idsOf(partition).has(sale.orderId)) fresh.set(sale.orderId, sale);
    }
    if (fresh.size === 0) return undefined;
    return { partition, next: Number(next), minutes: sumsOf([...fresh.values()]) };
  }

  /** These are counted for good. */
  know(messages: readonly ReadMessage[], { partition }: Pick<Stretch, 'partition'>): void {
    for (const message of messages) {
      const sale = saleOf(message, () => undefined);
      if (sale) this.idsOf(partition).add(sale.orderId);
    }
  }

  private read(message: ReadMessage, partition: number): Sale | undefined {
    return saleOf(message, (error) => this.passOver(message, partition, error));
  }

  private idsOf(partition: number): RecentIds {
    const known = this.counted.get(partition) ?? new RecentIds(this.remembered);
    this.counted.set(partition, known);
    return known;
  }
}

interface Sale extends Omit<Minute, 'orders'> {
  readonly orderId: string;
}

function saleOf(message: ReadMessage, unreadable: (error: unknown) => void): Sale | undefined {
  try {
    if (readEnvelope(message).type !== OrderConfirmed.type) return undefined;
    const { orderId, settledAt, currency, totalCents } = OrderConfirmed.decode(message);
    return { orderId, minute: minuteOf(settledAt), currency, cents: totalCents };
  } catch (error) {
    return void unreadable(error);
  }
}

/** In UTC, as contracts write instants. */
const minuteOf = (instant: string): string => `${instant.slice(0, 16)}:00.000Z`;

function sumsOf(sales: readonly Sale[]): Minute[] {
  const minutes = Map.groupBy(sales, ({ minute, currency }) => `${minute} ${currency}`);
  return [...minutes.values()].map((same) => {
    const { minute, currency } = same[0]!;
    return { minute, currency, orders: same.length, cents: same.reduce((sum, { cents }) => sum + cents, 0) };
  });
}
