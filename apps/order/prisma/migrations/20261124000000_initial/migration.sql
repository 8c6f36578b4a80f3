CREATE TABLE orders (
  order_id       uuid PRIMARY KEY,
  customer_id    text NOT NULL,
  customer_email text,
  status         text NOT NULL CHECK (status IN ('PENDING', 'CONFIRMED', 'REJECTED', 'EXPIRED')),
  reason         text,
  total_cents    bigint NOT NULL CHECK (total_cents >= 0),
  currency       char(3) NOT NULL,
  express        boolean NOT NULL,
  stock_reserved boolean NOT NULL DEFAULT false,
  created_at     timestamptz(3) NOT NULL,
  settled_at     timestamptz(3),
  CHECK ((status = 'PENDING') = (settled_at IS NULL)),
  CHECK (status = 'PENDING' OR NOT stock_reserved)
);
CREATE INDEX orders_of_customer ON orders (customer_id, order_id);
CREATE INDEX orders_pending ON orders (order_id) WHERE status = 'PENDING';

CREATE TABLE order_lines (
  order_id         uuid NOT NULL REFERENCES orders,
  position         integer NOT NULL,
  sku              text NOT NULL,
  quantity         integer NOT NULL CHECK (quantity > 0),
  unit_price_cents bigint NOT NULL CHECK (unit_price_cents >= 0),
  PRIMARY KEY (order_id, position)
);

CREATE TABLE products (
  sku         text PRIMARY KEY,
  price_cents bigint NOT NULL CHECK (price_cents >= 0),
  currency    char(3) NOT NULL,
  on_hand     bigint NOT NULL,
  reserved    bigint NOT NULL DEFAULT 0,
  stocked     bigint NOT NULL,
  CHECK (reserved >= 0),
  CHECK (on_hand >= reserved)
) WITH (fillfactor = 50);

CREATE TABLE idempotency_keys (
  customer_id text NOT NULL,
  route       text NOT NULL,
  key         text NOT NULL,
  body_hash   bytea NOT NULL,
  answer      jsonb NOT NULL,
  created_at  timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (customer_id, route, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

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
