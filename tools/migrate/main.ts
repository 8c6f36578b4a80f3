import { migrate } from './migrate.ts';

/** `npm run migrate`: brings every app's database up to date, from the variables that name them. */

const databases = {
  order: 'ORDERS_DATABASE_URL',
  payment: 'PAYMENTS_DATABASE_URL',
  audit: 'AUDIT_DATABASE_URL',
  'psp-simulator': 'PSP_DATABASE_URL',
};

for (const [app, variable] of Object.entries(databases)) {
  const url = process.env[variable];
  if (!url) throw new Error(`${variable} is missing: expected the URL of the database of ${app}`);
  const applied = await migrate(app, url);
  console.log(`${app}: ${applied.length === 0 ? 'up to date' : `applied ${applied.join(', ')}`}`);
}
