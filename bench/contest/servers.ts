import { startServers } from '../../tools/servers/servers.ts';
import { testSite } from '../../tools/servers/site.ts';
import { build } from '../../tools/start/build.ts';
import type { Say } from './contest.ts';

const needed = ['KAFKA_BROKERS', 'TEST_POSTGRES_URL', 'REDIS_URL', 'RABBITMQ_URL', 'AWS_ENDPOINT_URL'];

/**
 * Servers by the environment, as tests get them; without one, the test site is started and left up, as `npm run servers`
 * does. Whoever names servers has built the libraries too.
 */
export async function provideServers(say: Say): Promise<void> {
  if (needed.every((name) => process.env[name])) return;
  await build();
  Object.assign(process.env, await startServers(testSite, say));
  say('the test servers stay up; `npm run servers -- down` stops them');
}
