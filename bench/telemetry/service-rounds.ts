import { setTimeout as pause } from 'node:timers/promises';
import { runningPids } from '../../tools/servers/running.ts';
import { startServers, stopServers } from '../../tools/servers/servers.ts';
import { startSite as site } from '../../tools/servers/site.ts';
import { servicesOf } from '../../tools/services/services.ts';
import { Supervisor } from '../../tools/services/supervisor.ts';
import { allEnded } from '../../tools/start/all-ended.ts';
import { build } from '../../tools/start/build.ts';
import { refuseTakenPorts } from '../../tools/start/refuse-taken-ports.ts';
import type { Contender, Measured } from '../contest/contender.ts';
import { LogRows } from '../orders/rounds.ts';
import { measureRun } from '../orders/shopper-run.ts';
import type { Collector } from './collector.ts';
import { settingsOf, type Mode } from './modes.ts';
import { inAll, spanCountsIn, type SpanCounts } from './span-metrics.ts';

/** Of one round: what the services say they have made, and what has arrived. */
export interface Exported extends SpanCounts {
  readonly mode: Mode;
  readonly received: number;
  /** All that were placed, those of the warm-up too. */
  readonly orders: number;
  /** CPU of an order in the services alone, warm. */
  readonly servicesMs: number;
}

interface Plan {
  readonly orders: number;
  readonly warmUpOrders: number;
}

type Say = (line: string) => void;

/** Twice the time after which a batch is exported that has not filled. */
const arrivesWithinMs = 10_000;

/** Servers that stay, and services that are started anew for every round: telemetry is set at their start. */
export class ServiceRounds {
  private readonly log = new LogRows();
  private readonly collector: Collector;
  private readonly plan: Plan;
  private environment: Readonly<Record<string, string>> = {};
  readonly exported: Exported[] = [];
  private supervisors: Supervisor[] = [];

  constructor(collector: Collector, plan: Plan) {
    this.collector = collector;
    this.plan = plan;
  }

  async startServers(say: Say): Promise<void> {
    await refuseTakenPorts(site);
    [this.environment] = await allEnded([startServers(site, say), build()]);
    // Only now: what it imports was built a moment ago.
    const { prepare } = await import('../../tools/prepare/prepare.ts');
    await prepare(this.environment);
  }

  /** In the middle of a round, too. */
  async stop(): Promise<void> {
    await this.stopServices();
    await stopServers(site);
  }

  private async stopServices(): Promise<void> {
    await Promise.all(this.supervisors.splice(0).map((supervisor) => supervisor.stop()));
  }

  contender(mode: Mode, say: Say): Contender {
    return { name: mode.name, round: () => this.round(mode, say) };
  }

  private async round(mode: Mode, say: Say): Promise<Measured> {
    const settings = settingsOf(mode, this.collector.url);
    const services = servicesOf(site).map((service) => ({
      ...service,
      env: { ...service.env, ...settings },
    }));
    this.supervisors = services.map((service) => new Supervisor(site, service, say));
    const receivedBefore = this.collector.spans;
    try {
      await allEnded(this.supervisors.map((supervisor) => supervisor.start()));
      // Caches and the JIT are paid for before anything is measured.
      await this.shop(this.plan.warmUpOrders);
      const { orders, ordersPerSecond, cpuMs } = await this.shop(this.plan.orders);
      const counts = await this.settledCounts(receivedBefore);
      const all = orders + this.plan.warmUpOrders;
      const received = this.collector.spans - receivedBefore;
      const servicesMs = sum(services.map(({ name }) => cpuMs.get(name) ?? NaN)) / orders;
      this.exported.push({ mode, ...counts, received, orders: all, servicesMs });
      const cpuSeconds = sum([...cpuMs.values()]) / 1_000;
      return { count: orders, seconds: orders / ordersPerSecond, cpuSeconds };
    } finally {
      await this.stopServices();
    }
  }

  private async shop(orders: number) {
    const rootPids = await runningPids(site);
    return measureRun({ rootPids, orderUrl: this.environment['ORDER_URL']!, args: this.log.next(orders) });
  }

  /** Once all that was made has been exported; as it stands when that takes too long, which the figures show. */
  private async settledCounts(receivedBefore: number): Promise<SpanCounts> {
    const end = Date.now() + arrivesWithinMs;
    for (;;) {
      const counts = inAll(await Promise.all(servicesOf(site).map(({ port }) => spanCountsAt(port))));
      const isThere = counts.queued === 0 && this.collector.spans - receivedBefore === counts.processed;
      if (isThere || Date.now() > end) return counts;
      await pause(200);
    }
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const spanCountsAt = async (port: number): Promise<SpanCounts> =>
  spanCountsIn(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text());
