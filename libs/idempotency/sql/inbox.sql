-- Which messages each subscription has handled. A row is written in the transaction of the handler's own writes, so
-- that effect and memory are one commit. Every application that consumes copies this file into a migration.
CREATE TABLE inbox (
  subscription text        NOT NULL,
  message_id   uuid        NOT NULL,
  -- sha-256: the same id with another body is an error, not a duplicate.
  body_hash    bytea       NOT NULL,
  handled_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (subscription, message_id)
) WITH (
  -- Append only, and cut at the old end once a day: freeze and index upkeep follow inserts, not dead rows.
  autovacuum_vacuum_insert_scale_factor = 0,
  autovacuum_vacuum_insert_threshold = 100000
);

-- For retention alone. Rows of one commit share their time, so that a hundred inserts cost this index one entry.
CREATE INDEX inbox_by_age ON inbox (handled_at);

-- Further bodies that are known under a message's id, because a person corrected it.
CREATE TABLE inbox_bodies (
  subscription text        NOT NULL,
  message_id   uuid        NOT NULL,
  body_hash    bytea       NOT NULL,
  operation_id uuid        NOT NULL,
  admitted_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (subscription, message_id, body_hash)
);
