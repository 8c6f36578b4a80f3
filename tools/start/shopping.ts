import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ServerError } from '../servers/servers.errors.ts';
import { repository } from '../servers/site.ts';

/** The shopper's last word; see `apps/shopper`. */
export interface ShopperResult {
  readonly orders: number;
  readonly confirmed: number;
  readonly rejected: number;
  readonly expired: number;
  readonly stuck: number;
  readonly unanswered: number;
  /** Answers 503 with `Retry-After`. */
  readonly shed: number;
  readonly ordersPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly firstOrderAt: string;
  readonly sampleOrderId: string;
  readonly runId: string;
  /** Where looks were asked for. */
  readonly activity?: ActivityCounts;
}

/** What became of the looks around the shop; only `sent` where the audit did not answer in the end. */
export interface ActivityCounts {
  readonly sent: number;
  readonly counted?: number;
  readonly lost?: number;
  readonly doubled?: number;
}

interface Line {
  readonly type: 'stocked' | 'progress' | 'result';
  readonly accepted?: number;
  readonly confirmed?: number;
  readonly rejected?: number;
  readonly pending?: number;
  readonly shed?: number;
}

interface Shopping {
  readonly orders: number;
  readonly rate?: number;
  /** Looks around the shop for each order. */
  readonly activity?: number;
  readonly orderIdsFile: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Replays real orders and resolves with the figures once they are settled (or 120 s after the last was taken). */
export async function shop({
  orders,
  rate,
  activity = 0,
  orderIdsFile,
  environment,
  say,
  signal,
}: Shopping): Promise<ShopperResult> {
  const main = join(repository, 'apps/shopper/dist/main.js');
  const pace = rate === undefined ? [] : ['--rate', String(rate)];
  const looks = activity === 0 ? [] : ['--activity', String(activity)];
  const what = ['--orders', String(orders), '--order-ids-file', orderIdsFile, ...pace, ...looks];
  const env = { ...process.env, ...environment };
  const shopper = spawn(process.execPath, [main, '--json-lines', ...what], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    signal,
    killSignal: 'SIGTERM',
  });
  const failed = new Promise<never>((_, reject) => shopper.once('error', reject));
  return Promise.race([failed, readResult(createInterface({ input: shopper.stdout }), say)]);
}

async function readResult(lines: AsyncIterable<string>, say: (line: string) => void): Promise<ShopperResult> {
  for await (const text of lines) {
    const line = JSON.parse(text) as Line;
    if (line.type === 'result') return line as unknown as ShopperResult;
    if (line.type === 'progress') say(progressOf(line));
  }
  throw new ServerError('The shopper ended without a result; its message stands above.');
}

const progressOf = ({ accepted, confirmed, rejected, pending, shed }: Line): string =>
  `orders: ${accepted} accepted, ${confirmed} confirmed, ${rejected} rejected, ${pending} pending` +
  (shed ? `, ${shed} times told to wait` : '');
