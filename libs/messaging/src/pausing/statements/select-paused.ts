/** Whether a person has paused the subscription ($1). */
export const selectPaused = `SELECT paused_at IS NOT NULL AS paused FROM subscription_states WHERE subscription = $1`;
