/** The judge cannot judge: something it must read is not there. One sentence for the person who asked. */
export class CannotVerify extends Error {
  override name = 'CannotVerify';
}

/** A refused connection to a name with two addresses is an AggregateError without a message of its own. */
export function reasonOf(cause: unknown): string {
  const { code, message } = cause as { code?: string; message?: string };
  return message || code || String(cause);
}
