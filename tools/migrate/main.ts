import { migrateAll } from './migrate.ts';

/** `node tools/migrate/main.ts`: brings every app's database up to date, from the variables that name them. */
for (const [app, applied] of await migrateAll(process.env))
  console.log(`${app}: ${applied.length === 0 ? 'up to date' : `applied ${applied.join(', ')}`}`);
