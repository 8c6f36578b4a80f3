import type { Addresses } from '../addresses.ts';
import type { Command } from '../command.ts';
import { readDeadLetters } from '../dead-letters/run-dead-letters.ts';
import { consumersOf, waitingFor } from './at-the-broker.ts';
import type { Declared } from './declared.ts';
import { readStandings } from './read-standings.ts';

/** How a subscription stands. */
interface Standing extends Declared {
  readonly waiting: number;
  readonly consumers: number;
  readonly deadLetters: number;
  /** Of one replica; nothing when no service answers. */
  readonly breaker: string | null;
}

export async function list(
  declared: readonly Declared[],
  addresses: Addresses,
  { json }: Command,
): Promise<number> {
  const [deadLetters, told] = await Promise.all([
    readDeadLetters(addresses, { all: false }),
    readStandings(addresses),
  ]);
  const standings = declared.map(async (subscription): Promise<Standing> => {
    const { name } = subscription;
    const [waiting, consumers] = await Promise.all([
      waitingFor(subscription, addresses),
      consumersOf(subscription, addresses),
    ]);
    const dead = deadLetters.filter((letter) => letter.subscription.name === name).length;
    return {
      ...subscription,
      waiting,
      consumers,
      deadLetters: dead,
      breaker: told[name]?.breaker.state ?? null,
    };
  });
  const found = await Promise.all(standings);
  process.stdout.write(json ? `${JSON.stringify(found)}\n` : found.map(linesOf).join(''));
  return 0;
}

function linesOf(standing: Standing): string {
  const { name, broker, addresses, waiting, consumers, parkedKeys, parkedMessages, deadLetters } = standing;
  const { paused, breaker } = standing;
  const state = paused
    ? `paused since ${paused.since} by ${paused.actor}: ${paused.reason}`
    : `running, ${consumers} ${consumers === 1 ? 'consumer' : 'consumers'}`;
  const parked = `${parkedMessages} parked (${parkedKeys.all} keys: ${parkedKeys.due} due, ${parkedKeys.dead} dead)`;
  return `${name}  ${broker} ${addresses.join(', ')}
  ${state}; breaker ${breaker ?? 'not known'}
  ${waiting} waiting, ${parked}, ${deadLetters} dead letters
`;
}
