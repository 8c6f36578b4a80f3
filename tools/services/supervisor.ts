import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { refuseTakenPort, spawnServer, waitUntilUp } from '../servers/launch.ts';
import { stopServer } from '../servers/running.ts';
import type { Server } from '../servers/server.ts';
import type { Site } from '../servers/site.ts';

const firstBackoffMs = 250;
const longestBackoffMs = 10_000;
/** A process that ran this long was healthy: its next end begins with the shortest pause again. */
const healthyAfterMs = 30_000;

interface Running {
  /** Why, in a word. Never rejects. */
  readonly ended: Promise<string>;
}

/**
 * Keeps one service running. `idle` until `start`; `running` until `stop`, through any number of ends and new starts
 * with growing pauses; `stopping` until the process has drained; then `stopped` for good.
 */
export class Supervisor {
  private state: 'idle' | 'running' | 'stopping' | 'stopped' = 'idle';
  private readonly ended = new AbortController();
  private watching: Promise<void> = Promise.resolve();
  /** The latest process, from before it is there until its pid is written down: nobody could stop it meanwhile. */
  private spawning: Promise<unknown> = Promise.resolve();
  restarts = 0;
  /** Of the last process that ended; nothing when a signal ended it. */
  exitCode: number | null = null;

  private readonly site: Site;
  private readonly service: Server;
  private readonly report: (line: string) => void;

  constructor(site: Site, service: Server, report: (line: string) => void) {
    this.site = site;
    this.service = service;
    this.report = report;
  }

  get name(): string {
    return this.service.name;
  }

  /** Resolves when the service is ready; rejects with the end of its log when it ends instead, or after the signal. */
  async start(signal?: AbortSignal): Promise<void> {
    this.state = 'running';
    await stopServer(this.site, this.service); // left over from a launcher that was killed
    await refuseTakenPort(this.service);
    this.watching = this.watch(await this.spawn());
    await waitUntilUp(this.site, this.service, signal);
    await this.waitUntilReady(signal);
  }

  /** SIGTERM, so that it drains; SIGKILL after 20 s. */
  async stop(): Promise<void> {
    this.state = 'stopping';
    this.ended.abort();
    await this.spawning.catch(() => undefined);
    await stopServer(this.site, this.service);
    await this.watching;
    this.state = 'stopped';
  }

  private async watch(first: Running): Promise<void> {
    for (let backoffMs = firstBackoffMs, current = first; this.state === 'running';) {
      const startedAt = Date.now();
      const why = await current.ended;
      if (this.state !== 'running') return;
      if (Date.now() - startedAt > healthyAfterMs) backoffMs = firstBackoffMs;
      this.report(`${this.service.name} ended (${why}); starting it again in ${backoffMs} ms`);
      await pause(backoffMs, undefined, { signal: this.ended.signal }).catch(() => undefined);
      if (this.state !== 'running') return;
      backoffMs = Math.min(longestBackoffMs, backoffMs * 2);
      this.restarts++;
      current = await this.spawn().catch((error: Error) => ({ ended: Promise.resolve(error.message) }));
    }
  }

  private async spawn(): Promise<Running> {
    const spawning = spawnServer(this.site, this.service, this.ended.signal);
    this.spawning = spawning;
    const exit = once(await spawning, 'exit');
    return { ended: exit.then(([code, signal]) => this.keepExit(code as number | null, signal as string)) };
  }

  private keepExit(code: number | null, signal: string | null): string {
    this.exitCode = code;
    return signal ?? String(code);
  }

  private async waitUntilReady(signal?: AbortSignal): Promise<void> {
    const url = `http://127.0.0.1:${this.service.port}/health/ready`;
    while (this.state === 'running') {
      const ready = await fetch(url).then(
        ({ ok }) => ok,
        () => false,
      );
      if (ready) return;
      await pause(100, undefined, { signal });
    }
  }
}
