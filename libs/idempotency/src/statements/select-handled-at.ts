/** When a subscription ($1) handled a message ($2). */
export const selectHandledAt = `
  SELECT handled_at AS at FROM inbox WHERE subscription = $1 AND message_id = $2::uuid`;
