import { lanes } from '@waybill/contracts';
import { committedOffsets, readHistory, type KafkaOptions } from '@waybill/messaging-kafka';
import type { PrismaDatabase } from '@waybill/service-kit';
import { beginGeneration, serveGeneration, type Difference } from './sales-generations.js';
import { SalesCount, type Minute } from './sales-count.js';

export interface RebuildRequest {
  readonly actor: string;
  readonly reason: string;
  /** A whole minute. Those before it stay as they are: for a topic that was created anew and holds nothing of them. */
  readonly from?: Date;
  /** Messages shown so far, and in all. */
  progress?(read: number, inAll: number): void;
}

export interface Rebuilt {
  readonly generation: number;
  /** Messages of `order-events`. */
  readonly read: number;
  /** Could not be read, and are not counted. */
  readonly passedOver: number;
  readonly orders: number;
  /** Minutes that the former generation had otherwise. */
  readonly differences: readonly Difference[];
}

interface Reached {
  readonly database: PrismaDatabase;
  readonly kafka: KafkaOptions;
  /** Whose position is asked for, and the topic that it reads. Default `lanes.salesPerMinute`. */
  readonly lane?: { readonly group: string; readonly from: string };
}

/**
 * Counts all sales anew, from the first order event on, beside the live ones (docs/adr/0025). It writes to no topic, no inbox
 * and no outbox. Dying anywhere leaves the former generation serving; the next rebuild begins again.
 */
export async function rebuildSales(request: RebuildRequest, reached: Reached): Promise<Rebuilt> {
  const { database, kafka, lane = lanes.salesPerMinute } = reached;
  const { group, from: topic } = lane;
  const committed = () => committedOffsets({ group, topic }, kafka);
  const { generation, until } = await beginGeneration(request, committed, database);
  const history = new CountedHistory(
    request,
    Number([...until.values()].reduce((sum, end) => sum + end, 0n)),
  );
  await readHistory({ topic, until }, (messages, { partition }) => history.see(messages, partition), kafka);
  const { minutes } = history;
  const differences = await serveGeneration({ generation, history: minutes, from: request.from }, database);
  const { read, passedOver, orders } = history;
  return { generation: Number(generation), read, passedOver, orders, differences };
}

/**
 * In memory: a sum for each minute, which is little, and every order's id, some 100 bytes. All of them: what was republished
 * may stand any number of messages behind its first copy.
 */
class CountedHistory {
  read = 0;
  passedOver = 0;
  private readonly sums = new Map<string, Minute>();
  private readonly count = new SalesCount(() => this.passedOver++, Infinity);

  constructor(
    private readonly request: RebuildRequest,
    private readonly inAll: number,
  ) {}

  get minutes(): Minute[] {
    return [...this.sums.values()];
  }

  get orders(): number {
    return this.minutes.reduce((sum, { orders }) => sum + orders, 0);
  }

  see(messages: Parameters<SalesCount['of']>[0], partition: number): void {
    const counted = this.count.of(messages, { partition, next: 0n });
    this.count.know(messages, { partition });
    for (const minute of counted?.minutes ?? []) if (this.wanted(minute)) this.add(minute);
    this.read += messages.length;
    this.request.progress?.(this.read, this.inAll);
  }

  private wanted({ minute }: Minute): boolean {
    return !this.request.from || new Date(minute) >= this.request.from;
  }

  private add({ minute, currency, orders, cents }: Minute): void {
    const key = `${minute} ${currency}`;
    const before = this.sums.get(key) ?? { orders: 0, cents: 0 };
    this.sums.set(key, { minute, currency, orders: before.orders + orders, cents: before.cents + cents });
  }
}
