import { MemoryDatabase, MemoryInbox } from '@waybill/idempotency';
import { defineSubscription, done, type CallsOutside } from '@waybill/messaging';
import type { Contender } from '../contest/contender.ts';
import { placedOrder, type PlacedOrder } from '../contest/placed-order.ts';
import type { Source } from './memory.ts';
import { runSubscription } from './run-subscription.ts';
import { Tally } from './tally.ts';
import { wait } from './wait.ts';

/** Side by side at most; with a database it would need a pool of two more. */
const width = 64;

/** The keyed lane with its whole pipeline, inbox and transactions in memory. */
export async function keyedLane(source: Source, keys: number): Promise<Contender> {
  const { kafka, topic, messages } = source;
  const subscription = defineSubscription({ ...declared, name: `${topic}-group`, addresses: [topic] });
  await kafka.besides(subscription);
  const name = `keyed lane, ${keys} ${keys === 1 ? 'key' : 'keys'}`;
  return {
    name,
    round: () => {
      const handlers = [{ contract: placedOrder, handler: new Waits(name) }];
      const [database, inbox] = [new MemoryDatabase(), new MemoryInbox()];
      const options = { subscription, handlers, database, inbox, width, deliveryState: 'none' } as const;
      return runSubscription(kafka, options, new Tally(messages));
    },
  };
}

const declared = { broker: 'kafka', order: 'key', onFailingKey: 'overtake', lane: 'keyed' } as const;

/** Waits where no transaction is open, and refuses a message that comes before its time. */
class Waits implements CallsOutside<typeof placedOrder, PlacedOrder, void> {
  private readonly name: string;
  private readonly last = new Map<string, number>();

  constructor(name: string) {
    this.name = name;
  }

  async prepare({ payload }: { readonly payload: PlacedOrder }) {
    return { call: payload };
  }

  call(): Promise<void> {
    return wait();
  }

  async conclude(
    { customerId: key }: PlacedOrder,
    _: void,
    { envelope }: { readonly envelope: { readonly sequence: number } },
  ) {
    const before = this.last.get(key) ?? 0;
    if (envelope.sequence !== before + 1)
      throw new Error(`${this.name}: ${key} had ${before}, then ${envelope.sequence}`);
    this.last.set(key, envelope.sequence);
    return done();
  }
}
