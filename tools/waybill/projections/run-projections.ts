import { postgresAdapter, prismaDatabase } from '@waybill/service-kit';
import { PrismaClient } from '../../../apps/audit/dist/generated/prisma/client.js';
import { rebuildSales, type Rebuilt } from '../../../apps/audit/dist/sales/rebuild-sales.js';
import { readAddresses } from '../addresses.ts';
import type { Command } from '../command.ts';
import { timeMsOf } from '../iso-time.ts';
import { WaybillError } from '../waybill.errors.ts';

const variable = 'AUDIT_DATABASE_URL';
const tellEveryMs = 1_000;

/** What services have counted out of events, counted anew beside what they show meanwhile; see `docs/adr/0025`. */
export async function runProjections(command: Command): Promise<number> {
  const [name] = command.ids;
  if (name !== 'sales') throw new WaybillError(`There is no projection "${name}"; there is: sales`);
  const { kafka, databases } = await readAddresses(command.envFile);
  const url = databases[variable];
  if (!url) throw new WaybillError(`${variable} is neither set nor in ${command.envFile}`);
  const client = new PrismaClient({ adapter: postgresAdapter({ url }) });
  try {
    const { actor, reason } = command;
    const from = wholeMinuteOf(command);
    const reached = { database: prismaDatabase(client), kafka: { ...kafka, clientId: 'waybill' } };
    tell(await rebuildSales({ actor, reason, ...from, progress: tellNowAndThen() }, reached), command);
    return 0;
  } finally {
    await client.$disconnect();
  }
}

/** Sales are kept by the minute: of a part of one nobody could say what it held. */
function wholeMinuteOf({ from }: Command): { readonly from?: Date } {
  if (from === undefined) return {};
  const timeMs = timeMsOf(from);
  if (timeMs === undefined || timeMs % 60_000 !== 0)
    throw new WaybillError('--from takes a whole minute, such as 2026-11-24T10:00:00Z');
  return { from: new Date(timeMs) };
}

function tellNowAndThen() {
  let toldAtMs = Date.now();
  return (read: number, inAll: number): void => {
    if (Date.now() < toldAtMs + tellEveryMs) return;
    toldAtMs = Date.now();
    process.stderr.write(`${read} of ${inAll} events read\n`);
  };
}

function tell(rebuilt: Rebuilt, { json }: Command): void {
  const { generation, read, passedOver, orders, differences } = rebuilt;
  if (json) return void process.stdout.write(`${JSON.stringify({ projection: 'sales', ...rebuilt })}\n`);
  for (const { minute, currency, was, is } of differences)
    process.stdout.write(`${minute.toISOString()} ${currency}  ${shown(was)} → ${shown(is)}\n`);
  process.stdout.write(
    `sales: generation ${generation} serves, ${orders} orders out of ${read} events; ` +
      `${passedOver} could not be read; ${differences.length} minutes differed\n`,
  );
}

const shown = (sold: Rebuilt['differences'][number]['is']): string =>
  sold ? `${sold.orders} orders, ${sold.cents} cents` : 'nothing';
