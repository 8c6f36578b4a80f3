import { AuditApi } from './audit-api/audit-api.js';
import { HttpClient } from './order-api/http-client.js';
import { OrderApi } from './order-api/order-api.js';
import { parseOptions, usage } from './options.js';
import { jsonLines, sentences } from './report/reporter.js';
import { shop } from './shop.js';
import { ShopperError } from './shopper.errors.js';

const requestTimeoutMs = 10_000;
/** Lists and single looks must not queue behind the posts. */
const connectionsForLooks = 4;

async function main(args: string[]): Promise<number> {
  if (args.includes('--help')) return print(usage);
  const options = parseOptions(args, process.env);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

  const { orderUrl, auditUrl, apiKey, concurrency } = options;
  const client = (url: string, connections: number) =>
    new HttpClient(url, { connections, timeoutMs: requestTimeoutMs, apiKey });
  const posts = options.activity > 0 ? 2 * concurrency : concurrency;
  const [orders, audits] = [client(orderUrl, posts + connectionsForLooks), client(auditUrl, 1)];
  const reporter = options.jsonLines ? jsonLines : sentences;
  const [api, audit] = [new OrderApi(orders), new AuditApi(audits)];
  const result = await shop(options, { api, audit, reporter, stop: stop.signal });
  reporter.result(result);
  for (const each of [orders, audits]) each.close();
  return result.stuck + result.unanswered + (result.activity?.doubled ?? 0) > 0 ? 1 : 0;
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

process.exitCode = await main(process.argv.slice(2)).catch((cause: unknown) => {
  if (!(cause instanceof ShopperError)) throw cause;
  process.stderr.write(`${cause.message}\n`);
  return 1;
});
