/**
 * States of keys ($2) of a subscription ($1) that are not clear, with what header $3 of their heads says. Under the keys'
 * locks, so nothing changes behind it.
 */
export const selectKeyStates = `
  SELECT key, state, (
    SELECT headers ->> $3 FROM parked_messages AS parked
    WHERE parked.subscription = key_states.subscription AND parked.key = key_states.key ORDER BY number LIMIT 1
  ) AS "firstAttempt"
  FROM key_states WHERE subscription = $1 AND key = ANY ($2::text[])`;
