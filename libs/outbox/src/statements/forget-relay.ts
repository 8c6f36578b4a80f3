/** Relay $2 of broker $1 takes no share any more. */
export const forgetRelay = 'DELETE FROM outbox_relays WHERE broker = $1 AND owner = $2';
