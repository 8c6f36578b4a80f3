import { parseArgs } from 'node:util';
import type { OutboxRoutes } from '../new-message.js';
import type { History } from './history.js';
import { republish, type Republished } from './republish.js';

export interface Republisher {
  readonly history: History;
  readonly source: string;
  readonly routes: OutboxRoutes;
}

const text = { type: 'string' } as const;
const options = {
  from: text,
  to: text,
  broker: text,
  actor: text,
  reason: text,
  'wait-ms': { ...text, default: '60000' },
  'dry-run': { type: 'boolean', default: false },
} as const;

/**
 * An application's program that tells again (`--from TIME --to TIME [--broker NAME] [--dry-run] --actor NAME --reason TEXT`)
 * on `DATABASE_URL`: progress to stderr, the counts as one line of JSON to stdout.
 */
export async function runRepublish(
  { history, source, routes }: Republisher,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<Republished> {
  const { values } = parseArgs({ args: [...args], options });
  const { broker, actor = '', reason = '', 'dry-run': dryRun, 'wait-ms': waitMs } = values;
  const databaseUrl = env['DATABASE_URL'];
  if (!databaseUrl) throw new TypeError('DATABASE_URL is not set');
  if (!dryRun && (!actor || !reason)) throw new TypeError('--actor and --reason are required');
  const republished = await republish(history, {
    ...{ databaseUrl, source, routes, dryRun, actor, reason, waitMs: Number(waitMs) },
    from: timeOf('from', values.from),
    to: timeOf('to', values.to),
    ...(broker !== undefined && { broker }),
    progress: (rows, at) =>
      void process.stderr.write(`${source}: ${rows} messages, to ${at.toISOString()}\n`),
  });
  process.stdout.write(`${JSON.stringify(republished)}\n`);
  return republished;
}

function timeOf(name: string, value: string | undefined): Date {
  const time = new Date(value ?? NaN);
  if (Number.isNaN(time.getTime())) throw new TypeError(`--${name} ${value} is not a time`);
  return time;
}
