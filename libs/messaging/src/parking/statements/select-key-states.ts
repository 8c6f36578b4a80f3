/** States of keys ($2) of a subscription ($1) that are not clear. Under the keys' locks, so nothing changes behind it. */
export const selectKeyStates = `
  SELECT key, state FROM key_states WHERE subscription = $1 AND key = ANY ($2::text[])`;
