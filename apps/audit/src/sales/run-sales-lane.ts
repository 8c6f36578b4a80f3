import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { lanes } from '@waybill/contracts';
import { TransactionalLane } from '@waybill/messaging-kafka';
import { Drains, Health } from '@waybill/service-kit';

const name = lanes.salesPerMinute.group;

/** Runs the lane for as long as the service: shown by `/health/ready`, watched by `/health/live`, drained with the others. */
@Injectable()
export class RunSalesLane implements OnApplicationBootstrap {
  constructor(
    @Inject(TransactionalLane) private readonly lane: TransactionalLane,
    private readonly health: Health,
    private readonly drains: Drains,
  ) {}

  onApplicationBootstrap(): void {
    this.health.report('lanes', () => ({ [name]: this.lane.status }));
    this.health.aliveWhile('lanes', async () => {
      const { wedged } = this.lane.status;
      if (wedged) throw new Error(`${name}: ${wedged}`);
    });
    this.drains.register(`lane ${name}`, () => this.lane.close());
    // Not awaited: while Kafka is away the service starts all the same, and the lane goes on trying.
    void this.lane.start();
  }
}
