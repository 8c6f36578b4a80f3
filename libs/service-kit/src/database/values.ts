import pg from 'pg';

/** As Prisma's client takes and gives them, which has the statements outside of transactions. */
export function parameterOf(value: unknown): unknown {
  // pg writes a time in the zone of the process, which a column without zone would take at its word.
  if (value instanceof Date) return value.toISOString();
  return Array.isArray(value) ? value.map(parameterOf) : value;
}

/** Sessions run in UTC (`postgresAdapter`), so a timestamp without zone is one of UTC. */
const timestamp = (text: string): Date => new Date(`${text.replace(' ', 'T')}Z`);
const date = (text: string): Date => new Date(`${text}T00:00:00Z`);

const { builtins } = pg.types;
/** pg has no names for the types of arrays. */
const arrays = { bigint: 1016, timestamp: 1115, date: 1182 } as const;

const arrayOf = (parse: (text: string) => unknown) => {
  const texts = pg.types.getTypeParser(1009 as number, 'text') as (text: string) => (string | null)[];
  return (text: string) => texts(text).map((element) => (element === null ? null : parse(element)));
};

const parsers = new Map<number, (text: string) => unknown>([
  [builtins.INT8, BigInt],
  [builtins.TIMESTAMP, timestamp],
  [builtins.DATE, date],
  [arrays.bigint, arrayOf(BigInt)],
  [arrays.timestamp, arrayOf(timestamp)],
  [arrays.date, arrayOf(date)],
]);

export const resultTypes: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: string) =>
    (format !== 'binary' && parsers.get(oid)) || pg.types.getTypeParser(oid, format as 'text'),
};
