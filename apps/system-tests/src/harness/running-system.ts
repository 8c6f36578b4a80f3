import { rm } from 'node:fs/promises';
import { migrateAll } from '../../../../tools/migrate/migrate.ts';
import { launch } from '../../../../tools/servers/launch.ts';
import { findRunning, killServer, runningPids, stopServer } from '../../../../tools/servers/running.ts';
import type { Server } from '../../../../tools/servers/server.ts';
import { environmentOf, serversOf, startServers, stopServers } from '../../../../tools/servers/servers.ts';
import type { Site } from '../../../../tools/servers/site.ts';
import { servicesOf } from '../../../../tools/services/services.ts';
import { Supervisor } from '../../../../tools/services/supervisor.ts';
import { allEnded } from '../../../../tools/start/all-ended.ts';
import { build } from '../../../../tools/start/build.ts';
import { applyTopology } from '../../../../tools/topology/apply-topology.ts';
import { TraceLog } from './trace-log.js';

/**
 * Patience cut short where a test would only wait for it, and log lines of every message: what the services did is
 * then on record without asking them.
 */
const testSettings = {
  LOG_LEVEL: 'debug',
  PSP_TIMEOUT_MS: '2000',
  PAYMENT_LEASE_MS: '4000',
  MAIL_LEASE_MS: '6000',
  SQS_VISIBILITY_SECONDS: '6',
};

/** Everything on a site of its own, from nothing: empty servers, databases, addresses, supervised services. */
export class RunningSystem {
  readonly site: Site;
  readonly environment: Readonly<Record<string, string>>;
  readonly traces = new TraceLog();
  private supervisors: readonly Supervisor[] = [];
  private traceSettings: Readonly<Record<string, string>> = {};

  constructor(site: Site) {
    this.site = site;
    this.environment = environmentOf(site);
  }

  async start(): Promise<void> {
    this.traceSettings = await this.traces.open();
    await this.stopLeftovers();
    await rm(this.site.folder, { recursive: true, force: true });
    await allEnded([startServers(this.site, () => undefined), build()]);
    await allEnded([migrateAll(this.environment), applyTopology(this.environment)]);
    await this.startServices();
  }

  async startServices(): Promise<void> {
    this.supervisors = this.services().map((service) => new Supervisor(this.site, service, () => undefined));
    await allEnded(this.supervisors.map((supervisor) => supervisor.start()));
  }

  /** Whatever of topics, queues and buckets is not there. */
  declareAddresses(): Promise<void> {
    return applyTopology(this.environment);
  }

  /** SIGTERM to each; how each of them ended. */
  async stopServices(): Promise<readonly ServiceEnd[]> {
    return Promise.all(
      this.supervisors.map(async (supervisor) => {
        const startedAt = Date.now();
        await supervisor.stop();
        return { name: supervisor.name, code: supervisor.exitCode, afterMs: Date.now() - startedAt };
      }),
    );
  }

  async stop(): Promise<void> {
    await this.stopServices();
    await stopServers(this.site);
    await this.traces.close();
  }

  /** SIGKILL, to a service (its supervisor starts it again) or to a server (nobody does). */
  kill(name: string): Promise<void> {
    return killServer(this.site, name);
  }

  /** SIGSTOP: it still has its connections, and is given work, but does nothing. `thaw` and `kill` end that. */
  freeze(name: string): Promise<void> {
    return this.signal(name, 'SIGSTOP');
  }

  thaw(name: string): Promise<void> {
    return this.signal(name, 'SIGCONT');
  }

  startServer(name: string): Promise<void> {
    return launch(
      this.site,
      serversOf(this.site).find((server) => server.name === name)!,
    );
  }

  /** Processes of the site that still run. */
  running(): Promise<number[]> {
    return runningPids(this.site);
  }

  address(name: string): string {
    return this.environment[name]!;
  }

  private async signal(name: string, signal: NodeJS.Signals): Promise<void> {
    const pid = await findRunning(this.site, name);
    if (pid === undefined) throw new Error(`${name} does not run`);
    process.kill(pid, signal);
  }

  private services(): Server[] {
    const settings = { ...testSettings, ...this.traceSettings };
    return servicesOf(this.site).map((service) => ({ ...service, env: { ...service.env, ...settings } }));
  }

  /** Of a run that was itself killed. */
  private async stopLeftovers(): Promise<void> {
    await Promise.all(this.services().map((service) => stopServer(this.site, service)));
    await stopServers(this.site);
  }
}

export interface ServiceEnd {
  readonly name: string;
  /** Nothing when a signal ended it. */
  readonly code: number | null;
  readonly afterMs: number;
}
