import { queueOf, type RelayRow } from './relay-row.js';

/**
 * Rows as they may be in flight together. Many per key: all at once, in number order. One per key: the first of every
 * key, then the second of every key, and so on; each wave is awaited before the next.
 */
export function wavesOf(rows: readonly RelayRow[], perKey: 'one' | 'many'): readonly (readonly RelayRow[])[] {
  if (perKey === 'many') return rows.length > 0 ? [rows] : [];
  const waves: RelayRow[][] = [];
  const turns = new Map<string, number>();
  for (const row of rows) {
    const turn = turns.get(queueOf(row)) ?? 0;
    turns.set(queueOf(row), turn + 1);
    (waves[turn] ??= []).push(row);
  }
  return waves;
}
