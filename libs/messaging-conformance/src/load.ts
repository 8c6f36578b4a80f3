import { done, type Subscription } from '@waybill/messaging';
import { ok, equal } from 'node:assert/strict';
import type { Handling } from './handling.js';
import { messageOf, numbers } from './messages.js';
import type { World } from './world.js';

const rounds = numbers(30);
const keys = numbers(10).map((each) => `key-${each}`);

const payloadOf = (key: string, round: string): string => `${key} ${round}`;

/** All payloads of one key, in the order sent. */
const sentOf = (key: string): string[] => rounds.map((round) => payloadOf(key, round));

/** Payloads in the order of their effects, while consumers join and leave: at the end each is there once. */
export async function effectsUnderLoad(
  world: World,
  order: Subscription['order'],
): Promise<readonly string[]> {
  const trial = await world.trial({ order, prefetch: 20 });
  const effects: string[] = [];
  const join = async (): Promise<Handling> =>
    trial.run(
      async ({ payload, transaction }) => {
        await new Promise((resolve) => setTimeout(resolve, 2));
        transaction.afterCommit(() => void effects.push(payload));
        return done();
      },
      { connection: await world.connect(), width: 4 },
    );
  const first = await join();
  const publishing = (async () => {
    for (const round of rounds)
      await trial.publish(...keys.map((key) => messageOf(payloadOf(key, round), { key })));
  })();
  await world.eventually(() => ok(effects.length > 0));
  await join();
  await first.runner.drain(5_000);
  await join();
  await publishing;
  await world.eventually(() => equal(new Set(effects).size, keys.length * rounds.length));
  equal(effects.length, keys.length * rounds.length);
  return effects;
}

export function inOrderPerKey(effects: readonly string[]): void {
  for (const key of keys)
    equal(effects.filter((each) => each.startsWith(`${key} `)).join(), sentOf(key).join());
}
