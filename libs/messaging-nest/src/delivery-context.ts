import { BaseRpcContext } from '@nestjs/microservices';
import type { Delivery } from '@waybill/messaging';

/** What a pattern method gets by `@Ctx()`: envelope, origin, and the transaction that its writes belong into. */
export class DeliveryContext extends BaseRpcContext<[Delivery]> {
  constructor(delivery: Delivery) {
    super([delivery]);
  }

  get delivery(): Delivery {
    return this.getArgByIndex(0);
  }
}
