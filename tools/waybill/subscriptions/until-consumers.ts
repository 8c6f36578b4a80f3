import { setTimeout as pause } from 'node:timers/promises';
import type { Addresses } from '../addresses.ts';
import type { Command } from '../command.ts';
import { consumersOf } from './at-the-broker.ts';
import type { Declared } from './declared.ts';

const askEveryMs = 500;

/** True once the broker has none, or any; false when it has not in time. A member that was killed counts for 45 s. */
export async function untilConsumers(
  what: 'left' | 'came',
  subscription: Declared,
  addresses: Addresses,
  { waitMs }: Pick<Command, 'waitMs'>,
): Promise<boolean> {
  let before: number | undefined;
  for (const untilMs = Date.now() + waitMs; ;) {
    const consumers = await consumersOf(subscription, addresses);
    if (consumers !== before)
      process.stderr.write(`${subscription.name}: consumers at the broker: ${consumers}\n`);
    before = consumers;
    if ((consumers === 0) === (what === 'left')) return true;
    if (Date.now() > untilMs) return false;
    await pause(askEveryMs);
  }
}
