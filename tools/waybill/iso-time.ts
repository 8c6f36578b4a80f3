/** With its zone: nobody should have to guess whose ten o'clock it was. */
const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/** Milliseconds since the epoch; nothing for what is no ISO 8601 time with its zone. */
export function timeMsOf(text: string): number | undefined {
  const timeMs = Date.parse(text);
  return isoTime.test(text) && !Number.isNaN(timeMs) ? timeMs : undefined;
}
