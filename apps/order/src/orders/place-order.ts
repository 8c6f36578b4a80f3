import { Inject, Injectable, Logger } from '@nestjs/common';
import { ExpireOrder } from '@waybill/contracts';
import type { SqlTransaction } from '@waybill/messaging';
import { Outbox, type NewMessage } from '@waybill/outbox';
import { DATABASE, type PrismaDatabase } from '@waybill/service-kit';
import { IdempotencyKeysStore, nameOf } from '../idempotency/idempotency-keys.store.js';
import { ProductsStore } from '../stock/products.store.js';
import { announce } from './announcement.js';
import { OrderError } from './order.errors.js';
import type { NewOrder } from './order.js';
import { createdEvent } from './order-messages.js';
import { OrdersStore } from './orders.store.js';
import type { PlaceOrderBody } from './place-order.schema.js';
import { draftOf, placementOf, type Draft, type Placed, type Placement } from './placement.js';
import { TakeTogether, type Asked } from './take-together.js';

/**
 * Accepts orders: the order, its key with the answer, and its first messages are one transaction. Orders that are posted
 * at the same moment share it (docs/adr/0032), an order that is alone has it for itself.
 */
@Injectable()
export class PlaceOrder {
  private readonly logger = new Logger('orders');

  /** Safe to run again, because every request has its key: also after a COMMIT whose answer was lost. */
  private readonly together = new TakeTogether<Placement, Placed | OrderError>({
    work: (group) => this.placeAll(group),
    nameOf,
    sideBySide: 2,
    atMost: 50,
    longestWaitMs: 5_000, // as for a connection
    onFailedGroup: (error, orders) =>
      this.logger.warn({
        msg: 'orders could not be placed together, each is tried alone',
        orders,
        because: error instanceof Error ? error.message : String(error),
      }),
  });

  constructor(
    @Inject(DATABASE) private readonly database: PrismaDatabase,
    private readonly products: ProductsStore,
    private readonly keys: IdempotencyKeysStore,
    private readonly orders: OrdersStore,
    private readonly outbox: Outbox,
  ) {}

  /** The same key and body answer the same order; an `OrderError` says what the request breaks. */
  async place(body: PlaceOrderBody, key: string): Promise<Placed> {
    const answer = await this.together.ask(placementOf(body, key));
    if (answer instanceof OrderError) throw answer;
    return answer;
  }

  /** What `place` has answered to the same key and body; nothing when it has not, or not yet. Changes nothing. */
  placedBefore(body: PlaceOrderBody, key: string): Promise<Placed | undefined> {
    return this.keys.find(placementOf(body, key), this.database);
  }

  /** One transaction for all. What a request breaks is its own answer, and spoils no other. */
  private placeAll(group: readonly Asked<Placement>[]): Promise<readonly (Placed | OrderError)[]> {
    return this.database.transaction(async (transaction) => {
      const drafts = await this.draftAll(group, transaction);
      const acceptable = drafts.filter(isAcceptable);
      const answered = await this.keys.claimAll(acceptable, transaction);
      await this.writeAll(
        acceptable.filter((draft) => !answered.has(draft)),
        transaction,
      );
      return drafts.map((draft) => (isAcceptable(draft) ? (answered.get(draft) ?? draft.answer) : draft));
    });
  }

  private async draftAll(group: readonly Asked<Placement>[], transaction: SqlTransaction) {
    const skus = group.flatMap(({ request }) => request.body.lines.map(({ sku }) => sku));
    const prices = await this.products.prices([...new Set(skus)], transaction);
    return group.map((asked) => draftOf(asked, prices));
  }

  private async writeAll(drafts: readonly Draft[], transaction: SqlTransaction): Promise<void> {
    await this.orders.insertAll(drafts, transaction);
    // Each in the trace of its own request, which goes on with the messages.
    for (const draft of drafts) await draft.within(() => this.outbox.add(firstMessages(draft), transaction));
  }
}

const isAcceptable = (draft: Draft | OrderError): draft is Draft => !(draft instanceof OrderError);

function firstMessages({ order, lines }: NewOrder): NewMessage[] {
  const { orderId, customerId } = order;
  return [createdEvent(order, lines), announce(ExpireOrder, order, { orderId, customerId })];
}
