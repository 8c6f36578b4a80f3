/** The file that creates the tables of parked messages, operations and suspects, for migrations and tests. */
export const deliveryStateSql = new URL('../sql/delivery-state.sql', import.meta.url);

/** The file that creates the tables of pauses and rewinds. */
export const subscriptionStateSql = new URL('../sql/subscription-state.sql', import.meta.url);
