import { migrateAll } from '../migrate/migrate.ts';
import { startServers, stopServers } from '../servers/servers.ts';
import type { Site } from '../servers/site.ts';
import { servicesOf } from '../services/services.ts';
import { Supervisor } from '../services/supervisor.ts';
import { allEnded } from './all-ended.ts';
import { build } from './build.ts';
import type { Progress } from './progress.ts';

/** Everything of a site that runs: servers, databases up to date, addresses declared, services supervised. */
export class Stack {
  private supervisors: readonly Supervisor[] = [];
  private stopping: Promise<void> | undefined;

  readonly site: Site;
  private readonly progress: Progress;

  constructor(site: Site, progress: Progress) {
    this.site = site;
    this.progress = progress;
  }

  /** Answers with every address by its usual name. */
  async start(): Promise<Readonly<Record<string, string>>> {
    const { progress } = this;
    const [environment] = await allEnded([
      progress.step('servers', () => startServers(this.site, (line) => progress.say(line))),
      progress.step('build', build),
    ]);
    await progress.step('databases and addresses', () => prepare(environment));
    await progress.step('services', () => this.startServices());
    return environment;
  }

  /** Services drain first, while their brokers are still there. */
  stop(): Promise<void> {
    return (this.stopping ??= this.stopAll());
  }

  private async startServices(): Promise<void> {
    const say = (line: string) => this.progress.say(line);
    this.supervisors = servicesOf(this.site).map((service) => new Supervisor(this.site, service, say));
    await allEnded(this.supervisors.map((supervisor) => supervisor.start()));
  }

  private async stopAll(): Promise<void> {
    await Promise.all(this.supervisors.map((supervisor) => supervisor.stop()));
    await stopServers(this.site);
  }
}

async function prepare(environment: Readonly<Record<string, string>>): Promise<void> {
  // Only now: what it imports was built a moment ago.
  const { applyTopology } = await import('../topology/apply-topology.ts');
  await allEnded([migrateAll(environment), applyTopology(environment)]);
}
