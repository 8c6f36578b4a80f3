import { appendFileSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mail } from './mail.ts';

/** What is known of each mail, one JSON line each in the order of their coming. Any part of it may be missing. */
export class MailIndex {
  private readonly file: string;

  constructor(folder: string) {
    this.file = join(folder, 'index.jsonl');
  }

  async read(): Promise<Mail[]> {
    const text = await readFile(this.file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    return text.split('\n').flatMap(mailOf);
  }

  /** Begins with an end of line, so that one that was cut off by a crash spoils only itself. */
  append(mail: Mail): void {
    appendFileSync(this.file, `\n${JSON.stringify(mail)}`);
  }

  async rewrite(mails: readonly Mail[]): Promise<void> {
    await writeFile(`${this.file}.new`, mails.map((mail) => JSON.stringify(mail)).join('\n'));
    await rename(`${this.file}.new`, this.file);
  }
}

/** Nothing for a line that was cut off: its mail is read anew. */
function mailOf(line: string): Mail[] {
  try {
    return line === '' ? [] : [JSON.parse(line) as Mail];
  } catch {
    return [];
  }
}
