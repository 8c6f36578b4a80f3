import { migrateAll } from '../migrate/migrate.ts';
import { allEnded } from '../start/all-ended.ts';
import { applyTopology } from '../topology/apply-topology.ts';

/** What must be there before a service starts: every database, migrated, and every address. Answers with what was applied. */
export async function prepare(
  environment: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, string[]>> {
  const [applied] = await allEnded([migrateAll(environment), applyTopology(environment)]);
  return applied;
}
