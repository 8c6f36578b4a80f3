/** Resolves when `check` passes; when patience ends, it rejects with the check's own last failure. */
export type Eventually = (check: () => void | Promise<void>) => Promise<void>;

/** What comes of the work, unless patience ends before. */
export async function within<T>(patienceMs: number, work: Promise<T>, otherwise: Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(otherwise), patienceMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

const lookEveryMs = 5;

export function eventuallyWithin(patienceMs: number): Eventually {
  return async (check) => {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      try {
        return await check();
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
      }
    }
  };
}
