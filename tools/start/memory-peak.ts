import { setTimeout as pause } from 'node:timers/promises';
import { pssKiBByRole } from '../processes/memory-use.ts';
import { familyOf, processTable } from '../processes/process-table.ts';
import { runningPids } from '../servers/running.ts';
import type { Site } from '../servers/site.ts';

const sampleEveryMs = 2_000;

/** Highest proportional memory of the launcher, the servers and the services together, sampled every 2 s. */
export class MemoryPeak {
  private peakKiB = 0;
  private readonly stopped = new AbortController();
  private readonly sampling: Promise<void>;

  private readonly site: Site;

  constructor(site: Site) {
    this.site = site;
    this.sampling = this.sample();
  }

  /** In MiB. */
  async stop(): Promise<number> {
    this.stopped.abort();
    await this.sampling;
    return Math.round(this.peakKiB / 1024);
  }

  private async sample(): Promise<void> {
    const { signal } = this.stopped;
    do {
      const roots = [process.pid, ...(await runningPids(this.site))];
      const byRole = await pssKiBByRole(familyOf(roots, await processTable()));
      this.peakKiB = Math.max(
        this.peakKiB,
        [...byRole.values()].reduce((sum, kib) => sum + kib, 0),
      );
    } while (await pause(sampleEveryMs, true, { signal }).catch(() => false));
  }
}
