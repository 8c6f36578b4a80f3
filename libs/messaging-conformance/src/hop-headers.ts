/** What a hop to a retry address says at least. */
export function dueIn(delayMs: number, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { 'waybill-due-at': new Date(Date.now() + delayMs).toISOString(), ...more };
}
