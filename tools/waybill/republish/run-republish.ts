import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Republished } from '@waybill/outbox';
import { repository } from '../../servers/site.ts';
import { readAddresses, type Addresses } from '../addresses.ts';
import type { Command } from '../command.ts';
import { readDeclared } from '../subscriptions/declared.ts';
import { WaybillError } from '../waybill.errors.ts';
import { forgetful, requestOf, type Request } from './request.ts';

/** Who has told of orders, each with the variable of its database; orders first, as they were told first. */
const tellers = { order: 'ORDERS_DATABASE_URL', payment: 'PAYMENTS_DATABASE_URL' } as const;

/** Tells again, service by service: each knows from its own tables what it has told (`docs/adr/0028`). */
export async function runRepublish(command: Command): Promise<number> {
  const request = requestOf(command);
  const addresses = await readAddresses(command.envFile);
  if (!command.dryRun && !command.yes) await refuseForgotten(request, addresses);
  const results: Republished[] = [];
  for (const [service, variable] of Object.entries(tellers))
    results.push(await tell(service, databaseOf(variable, addresses), request, command));
  print(sumOf(results), command);
  return 0;
}

async function refuseForgotten(request: Request, addresses: Addresses): Promise<void> {
  const names = forgetful(request, await readDeclared(addresses));
  if (names.length === 0) return;
  throw new WaybillError(
    `Nothing was done: ${names.join(', ')} may have forgotten whether such old messages were handled. ` +
      'Say --yes if their handlers may see them again, or a later --from.',
  );
}

function databaseOf(variable: string, { databases }: Addresses): string {
  const url = databases[variable];
  if (!url) throw new WaybillError(`${variable} is not known; is Waybill running?`);
  return url;
}

async function tell(
  service: string,
  databaseUrl: string,
  { fromMs, toMs, broker }: Request,
  { actor, reason, dryRun, waitMs }: Command,
): Promise<Republished> {
  const args = [
    join(repository, `apps/${service}/dist/republish.js`),
    `--from=${new Date(fromMs).toISOString()}`,
    `--to=${new Date(toMs).toISOString()}`,
    `--wait-ms=${waitMs}`,
    `--actor=${actor}`,
    `--reason=${reason}`,
    ...(broker === undefined ? [] : [`--broker=${broker}`]),
    ...(dryRun ? ['--dry-run'] : []),
  ];
  const env = { ...process.env, DATABASE_URL: databaseUrl };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [stdout, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (code !== 0)
    throw new WaybillError(
      `${service} has not told everything again; asked again it starts from the beginning.`,
    );
  return JSON.parse(stdout) as Republished;
}

/** No address is told by two services. */
const sumOf = (results: readonly Republished[]): Republished => ({
  messages: Object.assign({}, ...results.map(({ messages }) => messages)) as Republished['messages'],
  leftOut: results.reduce((sum, { leftOut }) => sum + leftOut, 0),
});

function print({ messages, leftOut }: Republished, { json, dryRun }: Command): void {
  if (json) return void process.stdout.write(`${JSON.stringify({ dryRun, messages, leftOut })}\n`);
  for (const [address, count] of Object.entries(messages))
    process.stdout.write(`${String(count).padStart(9)}  ${address}\n`);
  process.stdout.write(dryRun ? 'would be told again\n' : 'told again, through the outbox\n');
  if (leftOut > 0)
    process.stdout.write(
      `${leftOut} left out: their customers were erased, so that they would not be the same\n`,
    );
}
