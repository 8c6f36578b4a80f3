import type { Addresses } from '../addresses.ts';
import { WaybillError } from '../waybill.errors.ts';
import { withDatabase } from './with-database.ts';

/** A subscription as its service has declared it in its own database, with what a person and its failures have set there. */
export interface Declared {
  readonly name: string;
  readonly broker: 'kafka' | 'rabbitmq' | 'sqs';
  readonly addresses: readonly string[];
  readonly replaySafe: boolean;
  readonly inboxDays: number;
  readonly paused: { readonly since: string; readonly actor: string; readonly reason: string } | null;
  readonly parkedMessages: number;
  /** Of keys that wait or are dead; `due` ones are about to run, `dead` ones wait for a person. */
  readonly parkedKeys: { readonly all: number; readonly due: number; readonly dead: number };
  /** The variable with the address of that database. */
  readonly database: string;
}

/** One row for each subscription; counts are small, parking is the exception. */
const selectDeclared = `
  SELECT state.subscription AS name, state.broker, state.addresses, state.replay_safe AS "replaySafe",
    state.inbox_days AS "inboxDays",
    CASE WHEN state.paused_at IS NOT NULL THEN json_build_object(
      'since', to_char(state.paused_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'actor', asked.actor, 'reason', asked.reason) END AS paused,
    (SELECT count(*)::int FROM parked_messages AS message WHERE message.subscription = state.subscription)
      AS "parkedMessages",
    (SELECT json_build_object(
        'all', count(*),
        'due', count(*) FILTER (WHERE key.state = 'waiting' AND key.due_at <= now()),
        'dead', count(*) FILTER (WHERE key.state = 'dead'))
      FROM key_states AS key WHERE key.subscription = state.subscription) AS "parkedKeys"
  FROM subscription_states AS state
  LEFT JOIN LATERAL (
    SELECT actor, reason FROM subscription_operations AS operation
    WHERE operation.subscription = state.subscription AND kind = 'pause'
    ORDER BY asked_at DESC LIMIT 1) AS asked ON true
  ORDER BY state.subscription`;

/** Every subscription that ever ran on these databases. */
export async function readDeclared({ databases }: Addresses): Promise<Declared[]> {
  if (Object.keys(databases).length === 0)
    throw new WaybillError('No address of a database is known; is Waybill running?');
  const found = Object.entries(databases).map(([variable, url]) =>
    withDatabase(variable, url, async (client) => {
      const { rows } = await client.query<Omit<Declared, 'database'>>(selectDeclared);
      return rows.map((row) => ({ ...row, database: variable }));
    }),
  );
  return (await Promise.all(found)).flat();
}

export function chosenFrom(declared: readonly Declared[], names: readonly string[]): Declared[] {
  return names.map((name) => {
    const found = declared.find((each) => each.name === name);
    if (found) return found;
    const known = declared.map((each) => each.name).join(', ');
    throw new WaybillError(`There is no subscription "${name}"; there are ${known}.`);
  });
}
