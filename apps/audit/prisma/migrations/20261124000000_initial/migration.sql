-- The chain. Rows are only ever added, at the end, by whoever holds the head's lock.
CREATE TABLE audit_log (
  n             bigint         PRIMARY KEY,
  message_id    uuid           NOT NULL UNIQUE,
  type          text           NOT NULL,
  key           text           NOT NULL,
  order_id      text           NOT NULL,
  address       text           NOT NULL,
  "partition"   integer,
  "offset"      bigint,
  sequence      bigint         NOT NULL,
  traceparent   text,
  occurred_at   timestamptz(3) NOT NULL,
  recorded_at   timestamptz(3) NOT NULL,
  -- Canonical JSON as text: jsonb would store another spelling than the one that was hashed.
  attributes    text           NOT NULL,
  headers       text           NOT NULL,
  body          bytea          NOT NULL,
  previous_hash bytea          NOT NULL,
  hash          bytea          NOT NULL
) WITH (
  autovacuum_vacuum_insert_scale_factor = 0,
  autovacuum_vacuum_insert_threshold = 100000
);
CREATE INDEX audit_log_of_order ON audit_log (order_id);

-- One row, updated with every batch: room on its page keeps the updates out of the index.
CREATE TABLE audit_head (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  n      bigint  NOT NULL,
  hash   bytea   NOT NULL
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
INSERT INTO audit_head (n, hash) VALUES (0, decode(repeat('00', 32), 'hex'));

-- Which rails an order event was seen on, by message id.
CREATE TABLE rail_sightings (
  message_id        uuid           PRIMARY KEY,
  type              text           NOT NULL,
  key               text           NOT NULL,
  order_id          text           NOT NULL,
  traceparent       text,
  occurred_at       timestamptz(3) NOT NULL,
  seen_at           timestamptz(3) NOT NULL,
  on_kafka_at       timestamptz(3),
  on_rabbitmq_at    timestamptz(3),
  rabbitmq_address  text,
  rabbitmq_sequence bigint,
  CHECK (on_kafka_at IS NOT NULL OR on_rabbitmq_at IS NOT NULL)
) WITH (autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX rail_sightings_of_order ON rail_sightings (order_id);

-- Holds only what waits for its other half, however long the log grows.
CREATE INDEX rail_sightings_unmatched ON rail_sightings (seen_at)
  WHERE on_kafka_at IS NULL OR on_rabbitmq_at IS NULL;

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
