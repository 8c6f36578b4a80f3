/**
 * Says that relay $2 of broker $1 is alive for $3 ms, forgets those long silent, and answers how many others are
 * alive: by that number each relay works out its fair share, without speaking to the others.
 */
export const announceRelay = `
  WITH forgotten AS (
    DELETE FROM outbox_relays WHERE broker = $1 AND owner <> $2 AND seen_until < now() - interval '1 minute'
  ), announced AS (
    INSERT INTO outbox_relays (broker, owner, seen_until)
    VALUES ($1, $2, now() + $3::int * interval '1 ms')
    ON CONFLICT (broker, owner) DO UPDATE SET seen_until = excluded.seen_until
  )
  SELECT count(*)::int AS others FROM outbox_relays WHERE broker = $1 AND owner <> $2 AND seen_until >= now()`;
