/**
 * A process for tests, on what is built: rebuilds sales, and stands still once it has read the given share of the events,
 * until it is killed.
 */
import { writeSync } from 'node:fs';
import { postgresAdapter, prismaDatabase } from '@waybill/service-kit';
import { PrismaClient } from '../../dist/generated/prisma/client.js';
import { rebuildSales } from '../../dist/sales/rebuild-sales.js';

const { DATABASE_URL, KAFKA_BROKERS, GROUP, FROM, STAND_STILL_AT } = process.env;

function progress(read, inAll) {
  if (read < inAll * Number(STAND_STILL_AT)) return;
  writeSync(1, JSON.stringify({ read, inAll }));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

const client = new PrismaClient({ adapter: postgresAdapter({ url: DATABASE_URL }) });
await rebuildSales(
  { actor: 'to be killed', reason: 'to see', progress },
  {
    database: prismaDatabase(client),
    kafka: { brokers: KAFKA_BROKERS.split(','), clientId: 'rebuild' },
    lane: { group: GROUP, from: FROM },
  },
);
