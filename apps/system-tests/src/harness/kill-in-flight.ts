import { eventually } from '@waybill/test-kit';
import { inFlight, type Target } from './in-flight.js';
import type { PlannedKill } from './kill-plan.js';
import type { Outside } from './outside.js';

/** Too quick to hold much. */
const quick = new Set<Target>(['audit', 'notification', 'kafka', 'sqs']);

/** A crash that holds less has nothing to lose and proves nothing. */
const leastInFlight = 50;
const waitAtMostMs = 60_000;

export interface Kill {
  readonly target: Target;
  readonly inFlightBefore: number;
  /** What the dead had not finished, read after its death. */
  readonly unsettledAfter: number;
}

/** SIGKILL once the target holds enough. Services are started again by their supervisor, servers by us. */
export async function killInFlight(
  { target, process }: Pick<PlannedKill, 'target' | 'process'>,
  outside: Outside,
): Promise<Kill> {
  // A machine that stands still before it dies is a crash too.
  if (quick.has(target)) await outside.system.freeze(process);
  const inFlightBefore = await waitUntilInFlight(target, outside);
  await outside.system.kill(process);
  const unsettledAfter = await outside.databases.count('ORDERS', 'orders', "status = 'PENDING'");
  if (target in isMissed) await startOnceMissed(target as Server, process, outside);
  return { target, inFlightBefore, unsettledAfter };
}

async function waitUntilInFlight(target: Target, outside: Outside): Promise<number> {
  let held = 0;
  await eventually(async () => {
    held = await inFlight[target](outside);
    if (held < leastInFlight) throw new Error(`${target} holds only ${held}`);
  }, waitAtMostMs);
  return held;
}

/** When the others have noticed that it is gone: not so soon that its death goes by unseen. */
async function startOnceMissed(target: Server, process: string, outside: Outside): Promise<void> {
  await eventually(async () => {
    if (!(await isMissed[target](outside))) throw new Error(`nobody misses ${process}`);
  }, waitAtMostMs);
  await outside.system.startServer(process);
}

type Server = keyof typeof isMissed;

const isMissed = {
  kafka: async ({ kafka }: Outside) => (await kafka.brokers()) < 3,
  rabbitmq: async ({ orders }: Outside) => (await orders.broker('rabbitmq')) !== 'connected',
  sqs: async ({ orders }: Outside) => (await orders.broker('claims')) !== 'connected',
};
