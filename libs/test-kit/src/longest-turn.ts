import { threadCpuUsage } from 'node:process';

/**
 * How long, at most, one turn of the event loop worked while `work` was done, in milliseconds of this thread's own
 * processor time. `monitorEventLoopDelay` counts also how long others kept the processor from it: on a busy machine that
 * says more about the machine.
 */
export async function longestTurnMs(work: () => Promise<void>): Promise<number> {
  let longest = 0;
  let before = usedMs();
  const turn = (): void => {
    const now = usedMs();
    longest = Math.max(longest, now - before);
    before = now;
  };
  const sampling = setInterval(turn, 5);
  await work().finally(() => clearInterval(sampling));
  turn();
  return longest;
}

function usedMs(): number {
  const { user, system } = threadCpuUsage();
  return (user + system) / 1_000;
}
