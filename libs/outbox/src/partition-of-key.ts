/** Shares of the outbox that relays hold leases on. Changing it needs an empty outbox. */
export const partitions = 8;

/**
 * The share a key belongs to: FNV-1a over its UTF-8 bytes. Computed here and stored with the row, because
 * PostgreSQL's own hashes may change with its version and a key must stay where its waiting rows are.
 */
export function partitionOfKey(key: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(key)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0) % partitions;
}
