import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { repository } from '../servers/site.ts';
import { NewError } from './new.errors.ts';

/** Files to make and to change, all worked out before the first is written: a refusal leaves nothing behind. */
export class Files {
  private readonly texts = new Map<string, string>();

  make(path: string, text: string): void {
    if (existsSync(join(repository, path)))
      throw new NewError(`${path} is there already; nothing is changed.`);
    this.texts.set(path, text);
  }

  async change(path: string, change: (text: string) => string): Promise<void> {
    const text = this.texts.get(path) ?? (await readFile(join(repository, path), 'utf8'));
    this.texts.set(path, change(text));
  }

  /** The paths written. */
  async write(): Promise<string[]> {
    const options = { ...(await resolveConfig(join(repository, 'tools'))), parser: 'typescript' };
    const formatted = await Promise.all(
      [...this.texts].map(async ([path, text]) => [path, await format(text, options)] as const),
    );
    for (const [path, text] of formatted) {
      await mkdir(dirname(join(repository, path)), { recursive: true });
      await writeFile(join(repository, path), text);
    }
    return formatted.map(([path]) => path);
  }
}
