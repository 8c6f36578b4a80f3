/** The head was not run to its end: whoever looks next may take the key at once. */
export const giveUpClaim = `
  UPDATE key_states SET claimed_until = '-infinity'
  WHERE subscription = $1 AND key = $2 AND claim_token = $3::bigint`;
