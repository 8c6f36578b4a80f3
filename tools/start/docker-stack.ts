import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addressesOf, composeSettings } from '../compose/addresses.ts';
import { Compose } from '../compose/compose.ts';
import { memoryOf } from '../compose/memory.ts';
import { composeMade, composeProject } from '../compose/project.ts';
import type { Site } from '../servers/site.ts';
import { build } from './build.ts';
import type { Progress } from './progress.ts';
import type { Stack } from './stack.ts';

/** The same as containers of `docker-compose.yml`. Their data stays when they stop, until `npm run clean`. */
export class DockerStack implements Stack {
  private readonly site: Site;
  private readonly progress: Progress;
  private readonly settings = composeSettings(process.env);
  private readonly compose = new Compose(composeProject, this.settings);

  constructor(site: Site, progress: Progress) {
    this.site = site;
    this.progress = progress;
  }

  /** Fetches the images that are missing, and builds our own. */
  async fetchImages(signal: AbortSignal): Promise<void> {
    await this.compose.run(['pull', '--quiet', '--policy', 'missing', '--ignore-buildable'], { signal });
    await this.compose.run(['build', '--quiet'], { signal });
  }

  async start(signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
    const { progress, compose } = this;
    await mkdir(this.site.folder, { recursive: true });
    await writeFile(composeMade(this.site), `${composeProject}\n`);
    // The shopper and verify run here.
    await progress.step('build', () => build(signal));
    await progress.step('containers', () =>
      compose.run(['up', '--detach', '--wait', '--no-build'], { signal }),
    );
    const environment = addressesOf(this.settings);
    const lines = Object.entries(environment).map(([name, value]) => `${name}=${value}\n`);
    await writeFile(join(this.site.folder, 'env'), lines.join(''));
    return environment;
  }

  /** In the reverse order of dependence, each with its grace period. */
  async stop(): Promise<void> {
    await this.compose.run(['down']);
  }

  async memory(): Promise<number> {
    const byService = await memoryOf(this.compose);
    return [...byService.values()].reduce((sum, mib) => sum + mib, 0);
  }
}
