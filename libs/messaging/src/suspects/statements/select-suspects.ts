/** Suspects among these messages ($2) of a subscription ($1). */
export const selectSuspects = `
  SELECT message_id::text AS id, deaths FROM suspects WHERE subscription = $1 AND message_id = ANY ($2::uuid[])`;
