import type { OrderApi } from '../order-api/order-api.js';

export interface Browse {
  runId: string;
  /** Looks for each order. */
  looks: number;
  stop: AbortSignal;
  /** Of the first look that the order API did not take; all others are only counted. */
  onFirstUntaken: (because: string) => void;
}

/** What a run's customers look at. At most once: each look is told once, whatever becomes of it. */
export class Browsing {
  /** Told, whether or not anybody answered. */
  sent = 0;
  private untaken = 0;

  constructor(
    private readonly api: OrderApi,
    private readonly browse: Browse,
  ) {}

  /**
   * The audit counts by minute and product, and knows neither run nor customer: a product that only this run's customers
   * look at makes its count the run's own.
   */
  get sku(): string {
    return `run-${this.browse.runId}`;
  }

  async lookAround(customerId: string): Promise<void> {
    for (let look = 0; look < this.browse.looks && !this.browse.stop.aborted; look++)
      await this.tell(customerId);
  }

  private async tell(customerId: string): Promise<void> {
    this.sent += 1;
    const because = await this.api.tellActivity({ customerId, kind: 'viewed', sku: this.sku }).then(
      ({ status, body }) => (status === 202 ? undefined : `${status}: ${body.slice(0, 300)}`),
      (cause: unknown) => String(cause),
    );
    if (because !== undefined && this.untaken++ === 0) this.browse.onFirstUntaken(because);
  }
}
