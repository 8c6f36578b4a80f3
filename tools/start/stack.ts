import { stopServer } from '../servers/running.ts';
import { startServers, stopServers } from '../servers/servers.ts';
import type { Site } from '../servers/site.ts';
import { servicesOf } from '../services/services.ts';
import { Supervisor } from '../services/supervisor.ts';
import { allOrNone } from './all-or-none.ts';
import { build } from './build.ts';
import { siteMemory } from './memory-peak.ts';
import type { Progress } from './progress.ts';
import { refuseTakenPorts } from './refuse-taken-ports.ts';

type Environment = Readonly<Record<string, string>>;

/** Everything that runs, by whatever means. */
export interface Stack {
  /** Answers with every address by its usual name. Rejects soon after the signal; what runs by then, `stop` stops. */
  start(signal: AbortSignal): Promise<Environment>;
  /** Services drain first, while their brokers are still there. */
  stop(): Promise<void>;
  /** In MiB, in all. */
  memory(): Promise<number>;
}

/** Processes of a site: servers, databases up to date, addresses declared, services supervised. */
export class NativeStack implements Stack {
  private supervisors: readonly Supervisor[] = [];

  readonly site: Site;
  private readonly progress: Progress;

  constructor(site: Site, progress: Progress) {
    this.site = site;
    this.progress = progress;
  }

  async start(signal: AbortSignal): Promise<Environment> {
    const { site, progress } = this;
    const say = (line: string) => progress.say(line);
    await refuseTakenPorts(site);
    const [environment] = await allOrNone(signal, [
      (either) => progress.step('servers', () => startServers(site, say, { signal: either })),
      (either) => progress.step('build', () => build(either)),
    ]);
    await progress.step('databases and addresses', async () => {
      // Only now: what it imports was built a moment ago.
      const { prepare } = await import('../prepare/prepare.ts');
      await prepare(environment);
    });
    signal.throwIfAborted();
    await progress.step('services', () => this.startServices(signal));
    return environment;
  }

  async stop(): Promise<void> {
    await Promise.all(this.supervisors.map((supervisor) => supervisor.stop()));
    await Promise.all(servicesOf(this.site).map((service) => stopServer(this.site, service)));
    await stopServers(this.site);
  }

  memory(): Promise<number> {
    return siteMemory(this.site);
  }

  private async startServices(signal: AbortSignal): Promise<void> {
    const say = (line: string) => this.progress.say(line);
    this.supervisors = servicesOf(this.site).map((service) => new Supervisor(this.site, service, say));
    await allOrNone(
      signal,
      this.supervisors.map((supervisor) => (either: AbortSignal) => supervisor.start(either)),
    );
  }
}
