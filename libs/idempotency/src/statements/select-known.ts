/** Which of these ids ($2) a subscription ($1) has handled. */
export const selectKnown = `
  SELECT message_id::text AS id FROM inbox WHERE subscription = $1 AND message_id = ANY ($2::uuid[])`;
