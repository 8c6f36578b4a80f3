/** Handlers may throw anything: what has no words becomes the cause of an error that has. */
export const sayable = (thrown: unknown): unknown =>
  hasWords(thrown) ? thrown : new Error('what was thrown has no words', { cause: thrown });

function hasWords(thrown: unknown): boolean {
  try {
    const { name, message, stack } = thrown instanceof Error ? thrown : new Error(String(thrown));
    return [name, message, stack ?? ''].every((words) => typeof words === 'string');
  } catch {
    return false; // neither `toString` nor a primitive
  }
}
