import type { Outside } from './outside.js';

/**
 * SIGKILL to a service that Kafka misses at once. By itself it would wait 45 s until the sessions of the dead have timed out,
 * which other tests wait for: `every-kill` does.
 */
export async function killMissed(
  name: string,
  { system, kafka }: Pick<Outside, 'system' | 'kafka'>,
): Promise<void> {
  const expelDead = await kafka.expelLater(name);
  await system.kill(name);
  await expelDead();
}
