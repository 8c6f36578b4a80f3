/** One row per share of a broker ($1 broker, $2 number of shares); nobody's, until taken. */
export const seedLeases = `
  INSERT INTO outbox_leases (broker, partition)
  SELECT $1, generate_series(0, $2::int - 1)
  ON CONFLICT DO NOTHING`;
