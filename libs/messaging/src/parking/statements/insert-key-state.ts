/** A key begins to wait: $1 subscription, $2 key, $3 state, $4 due, $5 attempts, $6 first failed, $7 because, $8 operation. */
export const insertKeyState = `
  INSERT INTO key_states (subscription, key, state, due_at, attempts, first_failed_at, because, operation_id)
  VALUES ($1, $2, $3, $4::timestamptz, $5, $6::timestamptz, $7, $8::uuid)`;
