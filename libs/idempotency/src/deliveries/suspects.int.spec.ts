import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { DeliveryWorld } from '../testing/delivery-world.js';

const script = new URL('../testing/consumer-process.mjs', import.meta.url).pathname;

let world: DeliveryWorld;
beforeAll(async () => void (world = await DeliveryWorld.open()));
afterAll(() => world.close());

interface Sent {
  readonly payload: string;
  readonly id: string;
}

interface Life {
  readonly messages: readonly Sent[];
  readonly subscription: string;
  readonly handlerMs?: number;
  /** From outside, so long after it took its messages: at a whim, hence by time and by nothing that it does. */
  readonly killAfterMs?: number;
}

/** One life of a consumer process that is handed these messages again; the lines it said. */
async function live({ messages, subscription, handlerMs = 0, killAfterMs }: Life): Promise<string[]> {
  const env = {
    ...process.env,
    NODE_OPTIONS: '',
    DATABASE_URL: world.databaseUrl,
    SUBSCRIPTION: subscription,
    DELIVERIES: JSON.stringify(messages),
    HANDLER_MS: String(handlerMs),
  };
  const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => {
    if (!out && killAfterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    out += chunk.toString();
  });
  await once(child, 'close');
  return out.split('\n').filter(Boolean);
}

const messagesOf = (payloads: readonly string[]): Sent[] =>
  payloads.map((payload) => ({ payload, id: randomUUID() }));

const begins = (word: string) => (line: string) => line.startsWith(word);

test('of many in hand, exactly the message that kills the process is set aside; all others are handled', async () => {
  const life = { subscription: `s-${randomUUID()}`, messages: messagesOf(['a', 'b', 'kill', 'c', 'd']) };
  const lives: string[][] = [];
  do lives.push(await live(life));
  while (!lives.at(-1)!.includes('ended') && lives.length < 8);

  const told = lives.flat();
  expect(told.filter(begins('dead'))).toEqual(['dead kill']);
  expect(told.filter(begins('effect')).sort()).toEqual(['effect a', 'effect b', 'effect c', 'effect d']);
  // In the batch once, then twice alone; the next life sets it aside.
  expect(lives).toHaveLength(4);
}, 60_000);

test('twenty SIGKILLs with a hundred in hand set nothing aside', async () => {
  const subscription = `s-${randomUUID()}`;
  const messages = messagesOf(Array.from({ length: 100 }, (_, index) => `m${index}`));
  const told: string[] = [];
  for (let kill = 0; kill < 20; kill++) {
    const life = { subscription, messages, handlerMs: 3, killAfterMs: 10 + ((kill * 37) % 90) };
    told.push(...(await live(life)));
  }
  expect(told.filter(begins('ended')).length).toBeLessThan(20); // else the kills met nothing
  told.push(...(await live({ subscription, messages })));

  expect(told.filter(begins('dead'))).toEqual([]);
  const [counted] = await world.query<{ handled: string }>(
    'SELECT count(*) AS handled FROM inbox WHERE subscription = $1',
    [subscription],
  );
  expect(Number(counted!.handled)).toBe(100);
  expect(await world.query('SELECT 1 FROM suspects WHERE subscription = $1', [subscription])).toEqual([]);
}, 120_000);

test('a run in hand of a process that died weeks ago is found like any other', async () => {
  const [subscription, messages] = [`s-${randomUUID()}`, messagesOf(['a'])];
  await world.query(
    `INSERT INTO runs_in_hand (run_id, subscription, owner, alone, message_ids, started_at)
     VALUES ($1, $2, 'elsewhere/1/x', false, $3::uuid[], now() - interval '30 days')`,
    [randomUUID(), subscription, messages.map(({ id }) => id)],
  );
  const told = await live({ subscription, messages });
  expect(told).toContain('ended');
});
