import { setTimeout as pause } from 'node:timers/promises';
import { pssKiBByRole } from '../processes/memory-use.ts';
import { familyOf, processTable } from '../processes/process-table.ts';
import { runningPids } from '../servers/running.ts';
import type { Site } from '../servers/site.ts';

const sampleEveryMs = 2_000;

/** Proportional memory of the launcher, the servers and the services of a site together, in MiB. */
export async function siteMemory(site: Site): Promise<number> {
  const roots = [process.pid, ...(await runningPids(site))];
  const byRole = await pssKiBByRole(familyOf(roots, await processTable()));
  return [...byRole.values()].reduce((sum, kib) => sum + kib, 0) / 1024;
}

/** The highest of what is measured every 2 s. */
export class MemoryPeak {
  private peakMiB = 0;
  private readonly stopped = new AbortController();
  private readonly sampling: Promise<void>;

  private readonly measure: () => Promise<number>;

  constructor(measure: () => Promise<number>) {
    this.measure = measure;
    this.sampling = this.sample();
  }

  /** In MiB. */
  async stop(): Promise<number> {
    this.stopped.abort();
    await this.sampling;
    return Math.round(this.peakMiB);
  }

  private async sample(): Promise<void> {
    const { signal } = this.stopped;
    do {
      this.peakMiB = Math.max(this.peakMiB, await this.measure());
    } while (await pause(sampleEveryMs, true, { signal }).catch(() => false));
  }
}
