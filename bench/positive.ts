/** Said without a stack: whoever typed it can mend it. */
export class OptionError extends Error {}

/** The number that was given for an option; a stated error unless it is above 0. */
export function positive(option: string, given: string): number {
  const value = Number(given);
  if (Number.isFinite(value) && value > 0) return value;
  throw new OptionError(`${option} must be a number above 0, not "${given}"`);
}
