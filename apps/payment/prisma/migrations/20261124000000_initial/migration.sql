CREATE TABLE payments (
  order_id       uuid PRIMARY KEY,
  payment_id     uuid NOT NULL,
  customer_id    text NOT NULL,
  amount_cents   bigint CHECK (amount_cents > 0),
  currency       char(3),
  state          text NOT NULL CHECK (state IN ('asking', 'unknown', 'captured', 'declined', 'cancelled')),
  because        text,
  cancel_because text,
  claim_token    uuid,
  lease_until    timestamptz(3),
  asks           integer NOT NULL,
  asked_since    timestamptz(3) NOT NULL,
  settled_at     timestamptz(3),
  CHECK ((amount_cents IS NULL) = (currency IS NULL)),
  CHECK (state <> 'captured' OR amount_cents IS NOT NULL),
  -- Claimed exactly while somebody asks the provider, and final exactly when settled.
  CHECK ((state = 'asking') = (claim_token IS NOT NULL)),
  CHECK ((claim_token IS NULL) = (lease_until IS NULL)),
  CHECK ((state IN ('asking', 'unknown')) = (settled_at IS NULL))
) WITH (fillfactor = 60);
CREATE UNIQUE INDEX payments_payment_id_key ON payments (payment_id);

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

-- Messages on their way out, written in the transaction of the change they tell of, sent by the relay afterwards.
-- Every application that publishes copies this file into a migration.

-- One row per message and destination; gone once the broker has confirmed it.
CREATE TABLE outbox (
  -- Drawn while the key's row in outbox_sequences is locked: number order is causal order per key.
  number          bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
  broker          text        NOT NULL,
  -- Hash of the key. What relays share out among themselves, so that one key is always in one relay's hands.
  partition       smallint    NOT NULL CHECK (partition BETWEEN 0 AND 7),
  address         text        NOT NULL,
  -- Empty: belongs to no key, waits for nothing.
  key             text        NOT NULL,
  message_id      uuid        NOT NULL,
  attributes      jsonb       NOT NULL,
  headers         jsonb       NOT NULL,
  body            bytea       NOT NULL,
  priority        smallint,
  -- Not to be sent before.
  due_at          timestamptz,
  created_at      timestamptz NOT NULL DEFAULT now(),
  -- The broker said that it will never take it. Tried again at due_at; its key waits.
  refused_at      timestamptz,
  refused_because text,
  refusals        smallint    NOT NULL DEFAULT 0,
  -- The one order in which rows are read and found again: a second index would cost every insert and delete.
  PRIMARY KEY (broker, partition, number)
) WITH (
  -- A queue: rows live for milliseconds and are never updated but when refused. Vacuum after so many dead rows, whatever
  -- the size, and without its pauses, or reading begins to wade through the dead entries at the index's low end.
  fillfactor = 100,
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 2000,
  autovacuum_vacuum_cost_delay = 0,
  autovacuum_vacuum_insert_scale_factor = 0,
  autovacuum_vacuum_insert_threshold = 100000,
  autovacuum_analyze_scale_factor = 0,
  autovacuum_analyze_threshold = 1000000
);

-- Keys that wait behind a refused row: read with every round, nearly always empty.
CREATE INDEX outbox_refused ON outbox (broker) WHERE refused_at IS NOT NULL;

-- The last sequence given out per destination and key; its row is also the key's lock while numbers are drawn.
CREATE TABLE outbox_sequences (
  broker  text   NOT NULL,
  address text   NOT NULL,
  key     text   NOT NULL,
  last    bigint NOT NULL,
  PRIMARY KEY (broker, address, key)
) WITH (
  -- Room for the next versions on the same page: updates then touch no index.
  fillfactor = 50,
  autovacuum_vacuum_scale_factor = 0.02,
  autovacuum_vacuum_threshold = 1000
);

-- Who sends what. The token grows with every change of hands; a finishing statement with an older one changes nothing.
CREATE TABLE outbox_leases (
  broker      text        NOT NULL,
  partition   smallint    NOT NULL CHECK (partition BETWEEN 0 AND 7),
  owner       text,
  token       bigint      NOT NULL DEFAULT 0,
  lease_until timestamptz NOT NULL DEFAULT '-infinity',
  PRIMARY KEY (broker, partition)
) WITH (fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200);

-- Which relays are alive, so that each can work out its fair share.
CREATE TABLE outbox_relays (
  broker     text        NOT NULL,
  owner      text        NOT NULL,
  seen_until timestamptz NOT NULL,
  PRIMARY KEY (broker, owner)
) WITH (fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200);
