export class Interruption extends Error {}

/** Rejects with an `Interruption` at the first Ctrl-C or SIGTERM, so that what was started can be put away before the end. */
export function interruption(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => reject(new Interruption(`${signal}: putting away what was started …`)));
  });
}
