import pg from 'pg';
import { BenchKafka } from '../contest/bench-kafka.ts';
import type { Measured } from '../contest/contender.ts';
import type { Say } from '../contest/contest.ts';
import type { Line, Part } from '../contest/line.ts';
import { median } from '../contest/median.ts';
import type { ContestOptions } from '../contest/options.ts';
import { outboxQueue } from './outbox-queue.ts';
import { Station } from './station.ts';

/** A transaction of somebody else in the same database, forgotten open. */
const foreign = {
  'read-only': 'SELECT count(*) FROM business',
  writing: "INSERT INTO business VALUES ('forgotten')",
};

/** Autovacuum looks at a database once a minute: until then a table grows, whatever is open. */
const vacuumSeconds = 65;

interface Phase {
  readonly cycles: readonly Measured[];
  /** The table's largest size at the end of a cycle. */
  readonly tableBytes: number;
}

/**
 * Full and empty again and again, while a foreign transaction holds back the removal of dead rows. Normal phases lie
 * before, between and after, so that a machine that changes its pace does not speak for one side.
 */
export async function measureOpen({ smoke, openSeconds }: ContestOptions, say: Say): Promise<Part> {
  const kafka = await BenchKafka.open();
  const station = await Station.open(outboxQueue, 1, kafka);
  const load = { station, events: smoke ? 300 : 10_000, seconds: openSeconds, say };
  try {
    await station.pool.query('CREATE TABLE business (name text)');
    const atLeast = (seconds: number) => ({ ...load, seconds: smoke ? 1 : Math.max(openSeconds, seconds) });
    const normal = [await phase('normal', atLeast(2 * vacuumSeconds))];
    const lines: Line[] = [];
    for (const [kind, sql] of Object.entries(foreign)) {
      const open = await withOpen(sql, station, () => phase(`${kind} transaction open`, load));
      const afterwards = await phase('afterwards', atLeast(vacuumSeconds));
      normal.push(afterwards);
      lines.push(...linesOf(kind, open, afterwards, normal));
    }
    await station.check();
    const title = `foreign transactions left open for ${openSeconds} s`;
    return { title, lines: [normalLine(normal), ...lines] };
  } finally {
    await station.close();
    await kafka.close();
  }
}

interface LoadOptions {
  readonly station: Station;
  readonly events: number;
  readonly seconds: number;
  readonly say: Say;
}

async function phase(name: string, { station, events, seconds, say }: LoadOptions): Promise<Phase> {
  const until = performance.now() + seconds * 1000;
  const cycles: Measured[] = [];
  const sizes: number[] = [];
  while (performance.now() < until) {
    cycles.push(await station.cycle(events));
    sizes.push(await tableBytes(station.pool));
  }
  const [first, last, largest] = [sizes[0]!, sizes.at(-1)!, Math.max(...sizes)].map(mebibytes);
  say(
    `${name}: ${cycles.length} cycles, ${median(cycles.map(rateOf)).toFixed(0)}/s, table ${first} → ${last}, at most ${largest} MiB`,
  );
  return { cycles, tableBytes: name === 'afterwards' ? sizes.at(-1)! : Math.max(...sizes) };
}

async function withOpen<T>(sql: string, { databaseUrl }: Station, work: () => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  await client.query(sql);
  try {
    return await work();
  } finally {
    await client.query('ROLLBACK');
    await client.end();
  }
}

const tableBytes = async (pool: pg.Pool): Promise<number> =>
  Number((await pool.query<{ bytes: string }>("SELECT pg_table_size('outbox') AS bytes")).rows[0]!.bytes);

const rateOf = ({ count, seconds }: Measured): number => count / seconds;
const cpuOf = ({ count, cpuSeconds }: Measured): number => (cpuSeconds * 1e6) / count;
const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
const rate = (phases: readonly Phase[]): number => median(phases.flatMap(({ cycles }) => cycles.map(rateOf)));

const normalLine = (normal: readonly Phase[]): Line => ({
  name: 'relay, no foreign transaction',
  value: rate(normal),
  unit: '/s',
  cpuMicros: median(normal.flatMap(({ cycles }) => cycles.map(cpuOf))),
});

/** The normal phases beside it, before and after. */
function linesOf(kind: string, open: Phase, afterwards: Phase, normal: readonly Phase[]): Line[] {
  const steady = normal[0]!.tableBytes;
  const base = 'no foreign transaction';
  return [
    {
      name: `relay, ${kind} transaction open`,
      value: rate([open]),
      unit: '/s',
      cpuMicros: median(open.cycles.map(cpuOf)),
      base,
      ratio: rate([open]) / rate(normal.slice(-2)),
      aim: { atLeast: 0.9 },
    },
    {
      name: `table afterwards (while open ${mebibytes(open.tableBytes)})`,
      value: afterwards.tableBytes / 2 ** 20,
      unit: 'MiB',
      base: `its steady size`,
      ratio: afterwards.tableBytes / steady,
      aim: { atMost: 2 },
    },
  ];
}
