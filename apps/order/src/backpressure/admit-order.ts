import { Injectable } from '@nestjs/common';
import { systemClock } from '@waybill/messaging';
import { PlaceOrder } from '../orders/place-order.js';
import type { PlaceOrderBody } from '../orders/place-order.schema.js';
import type { Placed } from '../orders/placement.js';
import { SheddingError } from './backpressure.errors.js';
import { braked } from './backpressure-metrics.js';
import { inWords } from './in-words.js';
import type { Pressure } from './pressure.js';
import { WatchBacklog } from './watch-backlog.js';

/**
 * The door of `POST /orders`. While `slowing`, every order waits before it is placed: clients that await their answers
 * send less. Clients that do not are only held for that long, and carry the backlog to its limit, where it sheds.
 */
@Injectable()
export class AdmitOrder {
  constructor(
    private readonly watch: WatchBacklog,
    private readonly placeOrder: PlaceOrder,
  ) {}

  /** Places the order, at once or after a while; a `SheddingError` says that nothing was stored. */
  async admit(body: PlaceOrderBody, key: string): Promise<Placed> {
    const { pressure } = this.watch;
    if (pressure.kind === 'shedding') return this.placedBefore(body, key, pressure);
    if (pressure.kind === 'slowing') await this.delay(pressure);
    return this.placeOrder.place(body, key);
  }

  private async delay({ delayMs }: Pressure & { kind: 'slowing' }): Promise<void> {
    braked.add(1, { outcome: 'delayed' });
    await systemClock.wait(delayMs);
  }

  /**
   * A repeated key whose order exists is answered even now: that is one read by primary key and puts nothing on the
   * backlog, while a refusal would bring the client back, again and again, for an order that was taken long ago.
   */
  private async placedBefore(
    body: PlaceOrderBody,
    key: string,
    { because, retryAfterSeconds }: Pressure & { kind: 'shedding' },
  ): Promise<Placed> {
    const placed = await this.placeOrder.placedBefore(body, key);
    braked.add(1, { outcome: placed ? 'repeated' : 'shed' });
    if (placed) return placed;
    throw new SheddingError(spread(retryAfterSeconds), inWords(because, this.watch.queue));
  }
}

/** Up to twice as long, at random: all who were sent away in one second must not be back in one second. */
const spread = (seconds: number): number => seconds + Math.floor(Math.random() * (seconds + 1));
