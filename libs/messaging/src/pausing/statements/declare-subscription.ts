/** Says what runs here ($1 name … $5 inbox days), and answers whether a person has paused it. */
export const declareSubscription = `
  INSERT INTO subscription_states (subscription, broker, addresses, replay_safe, inbox_days)
  VALUES ($1, $2, $3::text[], $4::boolean, $5::int)
  ON CONFLICT (subscription) DO UPDATE
  SET broker = excluded.broker, addresses = excluded.addresses, replay_safe = excluded.replay_safe,
      inbox_days = excluded.inbox_days, declared_at = now()
  RETURNING paused_at IS NOT NULL AS paused`;
