/**
 * States of keys ($2) of a subscription ($1) that are not clear, with the headers of their heads: as a whole, since whoever
 * asks JSON for one of them is refused when any other holds NUL. Under the keys' locks, so nothing changes behind it.
 */
export const selectKeyStates = `
  SELECT key, state, (
    SELECT headers FROM parked_messages AS parked
    WHERE parked.subscription = key_states.subscription AND parked.key = key_states.key ORDER BY number LIMIT 1
  ) AS headers
  FROM key_states WHERE subscription = $1 AND key = ANY ($2::text[])`;
