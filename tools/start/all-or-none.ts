/**
 * Runs everything side by side. When one fails the others are told by their signal, and it rejects with what failed first,
 * once all have ended: what follows may then stop whatever was started.
 */
export async function allOrNone<const Work extends readonly ((signal: AbortSignal) => Promise<unknown>)[]>(
  signal: AbortSignal,
  work: Work,
): Promise<{ -readonly [Index in keyof Work]: Awaited<ReturnType<Work[Index]>> }> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const failures: unknown[] = [];
  const running = work.map((each) =>
    each(either).catch((error: unknown) => {
      failures.push(error);
      failed.abort(error);
    }),
  );
  const results = await Promise.all(running);
  if (failures.length > 0) throw failures[0];
  return results as { -readonly [Index in keyof Work]: Awaited<ReturnType<Work[Index]>> };
}
