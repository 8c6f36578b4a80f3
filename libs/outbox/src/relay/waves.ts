import { queueOf, type RelayRow } from './relay-row.js';

/**
 * Rows as they may be in flight together, in number order within a key; each wave is awaited before the next, and a
 * row goes only if all before it in its key were confirmed. One per key: the first of every key, then the second, and
 * so on. Many per key: all at once, but those behind a row that was refused before wait until it is taken.
 */
export function wavesOf(rows: readonly RelayRow[], perKey: 'one' | 'many'): readonly (readonly RelayRow[])[] {
  const waves: RelayRow[][] = [];
  const turns = new Map<string, number>();
  for (const row of rows) {
    const turn = turns.get(queueOf(row)) ?? 0;
    (waves[turn] ??= []).push(row);
    if (perKey === 'one' || row.refusals > 0) turns.set(queueOf(row), turn + 1);
  }
  return waves;
}
