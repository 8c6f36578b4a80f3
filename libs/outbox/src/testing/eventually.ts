/** Looks every 20 ms until the answer is true; for what only the database knows. */
export async function eventually(
  what: string,
  look: () => Promise<boolean>,
  withinMs = 10_000,
): Promise<void> {
  const until = Date.now() + withinMs;
  while (!(await look())) {
    if (Date.now() > until) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
