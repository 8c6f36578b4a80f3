import { prepare } from './prepare.ts';

/** One run before the services start, such as a job of a platform; safe to repeat. From the variables of the services. */
for (const [app, applied] of await prepare(process.env as Record<string, string>))
  console.log(`${app}: ${applied.length === 0 ? 'up to date' : `applied ${applied.join(', ')}`}`);
console.log('topics, exchanges, queues and buckets are as declared');
