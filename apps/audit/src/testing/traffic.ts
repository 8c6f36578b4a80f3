import { confirmedOrder, type SalesWorld } from './sales-world.js';

/** Confirms orders, each twentieth twice, until it is told to stop. */
export class Traffic {
  private state: 'running' | 'stopped' = 'running';
  private readonly sum = { orders: 0, cents: 0 };
  private readonly running: Promise<void>;

  constructor(private readonly world: SalesWorld) {
    this.running = this.run();
  }

  /** What all of them come to. */
  async stop(): Promise<{ readonly orders: number; readonly cents: number }> {
    this.state = 'stopped';
    await this.running;
    return this.sum;
  }

  private async run(): Promise<void> {
    while (this.state === 'running') {
      const orders = Array.from({ length: 20 }, confirmedOrder);
      await this.world.confirm(...orders, orders[0]!);
      this.sum.orders += orders.length;
      this.sum.cents += orders.reduce((cents, { totalCents }) => cents + totalCents, 0);
    }
  }
}
