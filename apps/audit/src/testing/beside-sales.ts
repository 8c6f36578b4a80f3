import { committedOffsets, lagOf } from '@waybill/messaging-kafka';
import { eventually } from '@waybill/test-kit';
import type { SalesWorld } from './sales-world.js';

const tablesSql = `
  SELECT table_name AS name FROM information_schema.tables
  WHERE table_schema = 'public' AND table_name NOT IN ('sales_generations', 'sales_per_minute') ORDER BY 1`;

/**
 * All that a rebuild may not change: how much stands in the topics, what lane and reader have committed, how far is counted,
 * and every table but those that it fills.
 */
export async function besideSales({ database, kafka, names }: SalesWorld): Promise<Record<string, unknown>> {
  const tables = await database.query<{ name: string }>(tablesSql);
  const contents = tables.map(async ({ name }) => {
    const [digest] = await database.query(
      `SELECT count(*)::int AS rows, md5(string_agg(each::text, ' ' ORDER BY each::text)) FROM ${name} AS each`,
    );
    return [name, digest] as const;
  });
  const { group, from, reader, to } = names;
  return {
    ...Object.fromEntries(await Promise.all(contents)),
    lane: await committedOffsets({ group, topic: from }, kafka),
    reader: await committedOffsets({ group: reader, topic: to }, kafka),
    written: await lagOf({ name: `nobody.${group}`, addresses: [from, to] }, kafka),
  };
}

/** Until lane and reader have committed all there is. */
export function untilQuiet({ kafka, names: { group, from, reader, to } }: SalesWorld): Promise<void> {
  return eventually(async () => {
    const ofLane = await lagOf({ name: group, addresses: [from] }, kafka);
    const ofReader = await lagOf({ name: reader, addresses: [to] }, kafka);
    if (ofLane + ofReader > 0) throw new Error(`the lane is ${ofLane} behind, the reader ${ofReader}`);
  }, 30_000);
}
