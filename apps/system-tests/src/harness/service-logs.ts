import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { serviceNames, type Site } from '../../../../tools/servers/site.ts';

export interface LogLine {
  readonly msg?: string;
  readonly service?: string;
  readonly subscription?: string;
  readonly messageId?: string;
  /** Of orders and payments: the order's id. */
  readonly subject?: string;
}

/** What the services wrote down since this began to look. Their logs are appended to, across any number of restarts. */
export class ServiceLogs {
  private constructor(private readonly begins: ReadonlyMap<string, number>) {}

  static async fromNow(site: Site): Promise<ServiceLogs> {
    const files = serviceNames.map((name) => join(site.folder, 'logs', `${name}.log`));
    const begins = files.map(async (file) => [file, (await stat(file)).size] as const);
    return new ServiceLogs(new Map(await Promise.all(begins)));
  }

  /** Messages that were delivered again after they had been handled, one line each. */
  async duplicates(): Promise<LogLine[]> {
    return (await this.lines()).filter(({ msg }) => msg === 'message duplicate');
  }

  /** Runs after which a message of these orders was to be handled again, one line each. */
  async retriesOf(orderIds: readonly string[]): Promise<LogLine[]> {
    const retries = (await this.lines()).filter(({ msg }) => msg === 'message retryLater');
    return retries.filter(({ subject = '' }) => orderIds.includes(subject));
  }

  private async lines(): Promise<LogLine[]> {
    const texts = [...this.begins].map(async ([file, begin]) => (await readFile(file)).subarray(begin));
    return (await Promise.all(texts)).flatMap((text) => String(text).split('\n').flatMap(parsed));
  }
}

/** Every line that the services have written since the system's start, one at a time: they may be very many. */
export async function* allLines(site: Site): AsyncGenerator<object> {
  for (const name of serviceNames) {
    const input = createReadStream(join(site.folder, 'logs', `${name}.log`));
    for await (const line of createInterface({ input })) yield* parsed(line);
  }
}

/** The last line of a process that was killed may be cut, and Node's own messages are no JSON. */
function parsed(line: string): LogLine[] {
  try {
    return [JSON.parse(line) as LogLine];
  } catch {
    return [];
  }
}
