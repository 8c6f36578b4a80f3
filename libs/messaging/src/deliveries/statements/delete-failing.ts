/** Message $2 of subscription $1 is resolved. */
export const deleteFailing = `
  DELETE FROM failing_deliveries WHERE subscription = $1 AND message_id = $2::uuid`;
