/** Resolves when `check` passes; when patience ends, it rejects with the check's own last failure. */
export type Eventually = (check: () => void | Promise<void>) => Promise<void>;

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
