-- When and why an outcome was first unknown, as it was announced: `because` changes with every answer.
ALTER TABLE payments
  ADD COLUMN unknown_at timestamptz(3),
  ADD COLUMN unknown_because text,
  ADD CHECK ((unknown_at IS NULL) = (unknown_because IS NULL));
-- Announced before these columns were there: near enough, and not announced again.
UPDATE payments SET unknown_at = asked_since, unknown_because = because
WHERE settled_at IS NULL AND because IS NOT NULL;
