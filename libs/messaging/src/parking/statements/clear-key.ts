/** A key ($2) with nothing parked is clear. In the transaction that took away its last message, under the key's lock. */
export const clearKey = `
  DELETE FROM key_states WHERE subscription = $1 AND key = $2
    AND NOT EXISTS (SELECT FROM parked_messages WHERE subscription = $1 AND key = $2)`;
