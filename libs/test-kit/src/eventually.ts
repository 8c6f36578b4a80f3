/**
 * Resolves when `check` passes; after `withinMs` it rejects with the check's own last failure. Looks again every
 * 20 ms, so a test waits no longer than what it waits for.
 */
export async function eventually(check: () => void | Promise<void>, withinMs = 10_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
