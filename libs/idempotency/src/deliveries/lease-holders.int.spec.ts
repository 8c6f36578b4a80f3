import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { DeliveryWorld } from '../testing/delivery-world.js';

// As long as a few processes may take to start on a busy machine.
jest.setTimeout(60_000);

const script = new URL('../testing/consumer-process.mjs', import.meta.url).pathname;
const killers: (() => void)[] = [];

let world: DeliveryWorld;
beforeAll(async () => void (world = await DeliveryWorld.open()));
afterAll(() => world.close());
afterEach(() => {
  for (const kill of killers.splice(0)) kill();
});

interface Life {
  readonly messageId: string;
  readonly subscription: string;
  readonly leaseMs: number;
  readonly handlerMs: number;
  readonly diesCommitted?: boolean;
}

/** A consumer process that is handed one message, `a`, and ends when it has settled it. */
function live({ messageId, subscription, leaseMs, handlerMs, diesCommitted }: Life) {
  const env = {
    ...process.env,
    NODE_OPTIONS: '',
    DATABASE_URL: world.databaseUrl,
    SUBSCRIPTION: subscription,
    DELIVERIES: JSON.stringify([{ payload: 'a', id: messageId }]),
    HANDLER_MS: String(handlerMs),
    LEASE_MS: String(leaseMs),
    DIES_COMMITTED: diesCommitted ? '1' : '',
  };
  const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  killers.push(() => child.kill('SIGKILL'));
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const ended = once(child, 'close');
  const said = () => out.split('\n').filter(Boolean);
  return {
    signal: (signal: NodeJS.Signals) => child.kill(signal),
    says: (line: string) => world.eventually(() => expect(said()).toContain(line), 20_000),
    toTheEnd: async () => (await ended, said()),
  };
}

/** What each of them said, one after the other, until one has handled the message. */
async function livesUntilHandled(life: Life): Promise<string[][]> {
  const lives: string[][] = [];
  do lives.push(await live(life).toTheEnd());
  while (!lives.at(-1)!.includes('effect a') && lives.length < 30);
  return lives;
}

const message = (leaseMs: number) => ({
  messageId: randomUUID(),
  subscription: `s-${randomUUID()}`,
  leaseMs,
  handlerMs: 0,
});

test('a message is put back while another process handles it, and handled when that one is killed', async () => {
  const life = message(4_000);
  const dying = live({ ...life, handlerMs: 60_000 });
  await dying.says('begun a');
  const putBack = ['holding', 'put back a after 0 attempts', 'ended'];
  expect(await live(life).toTheEnd()).toEqual(putBack);
  dying.signal('SIGKILL');
  await dying.toTheEnd();

  const lives = await livesUntilHandled(life);
  expect(lives.pop()).toEqual(['holding', 'begun a', 'effect a', 'ended']);
  for (const told of lives) expect(told).toEqual(putBack);
});

test('a process frozen beyond its lease commits nothing beside the one that took over', async () => {
  const life = message(400);
  const frozen = live({ ...life, handlerMs: 3_000 });
  await frozen.says('begun a');
  frozen.signal('SIGSTOP');

  await livesUntilHandled(life);
  frozen.signal('SIGCONT');
  expect(await frozen.toTheEnd()).toEqual(['holding', 'begun a', 'ended']);
});

test('a process that dies between its commit and the memory of it has the message handled once more', async () => {
  const life = message(2_000);
  expect(await live({ ...life, diesCommitted: true }).toTheEnd()).toEqual(['holding', 'begun a', 'effect a']);
  const lives = await livesUntilHandled(life);
  expect(lives.at(-1)).toEqual(['holding', 'begun a', 'effect a', 'ended']);
  expect(await live(life).toTheEnd()).toEqual(['holding', 'ended']);
});
