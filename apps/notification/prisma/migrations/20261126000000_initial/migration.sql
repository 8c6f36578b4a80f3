-- One row per message whose mail SMTP has taken.
CREATE TABLE mails (
  message_id uuid           PRIMARY KEY,
  order_id   uuid           NOT NULL,
  recipient  text           NOT NULL,
  sent_at    timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX mails_order_id_idx ON mails (order_id);

-- What a consumer must remember about deliveries that did not go straight through. Every application whose subscriptions
-- park, set suspects aside or take control messages copies this file into a migration.

-- Keys whose first message failed: later ones wait behind it. A key without a row is clear. Read and changed only under
-- the key's lock (advisory, `waybill key …`), so that a row that appears between two reads is impossible.
CREATE TABLE key_states (
  subscription    text        NOT NULL,
  key             text        NOT NULL,
  -- waiting: the head runs again at due_at. dead: the head is among the dead letters, until a person decides.
  state           text        NOT NULL CHECK (state IN ('waiting', 'dead')),
  since           timestamptz NOT NULL DEFAULT now(),
  due_at          timestamptz NOT NULL,
  -- Of the head.
  attempts        int         NOT NULL DEFAULT 0,
  first_failed_at timestamptz,
  because         text,
  operation_id    uuid,
  -- Who runs the head. The token grows with every claim; a finishing statement with an older one changes nothing.
  claim_token     bigint      NOT NULL DEFAULT 0,
  claimed_until   timestamptz NOT NULL DEFAULT '-infinity',
  PRIMARY KEY (subscription, key)
);

CREATE INDEX key_states_due ON key_states (subscription, due_at) WHERE state = 'waiting';

-- The messages of such keys, the head included, in order of arrival. Released from here, never republished.
CREATE TABLE parked_messages (
  -- Drawn under the key's lock: number order is arrival order per key.
  number       bigint      NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  subscription text        NOT NULL,
  key          text        NOT NULL,
  message_id   uuid        NOT NULL,
  address      text        NOT NULL,
  partition    int,
  read_offset  text,
  -- json, not jsonb: kept as they came, also what jsonb cannot hold.
  attributes   json        NOT NULL,
  headers      json        NOT NULL,
  body         bytea       NOT NULL,
  parked_at    timestamptz NOT NULL DEFAULT now(),
  UNIQUE (subscription, message_id)
);

CREATE INDEX parked_messages_by_key ON parked_messages (subscription, key, number);

-- What people asked for, carried out once per operation id.
CREATE TABLE operations (
  subscription text        NOT NULL,
  operation_id uuid        NOT NULL,
  kind         text        NOT NULL CHECK (kind IN ('replay', 'correct', 'discard')),
  message_id   uuid        NOT NULL,
  actor        text        NOT NULL,
  reason       text        NOT NULL,
  asked_at     timestamptz NOT NULL,
  carried_out_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (subscription, operation_id)
);

-- Redelivered messages in hand, written before they are handled and gone when that has ended: what is found here by
-- another process was in hand when one died.
CREATE TABLE runs_in_hand (
  run_id       uuid        NOT NULL PRIMARY KEY,
  subscription text        NOT NULL,
  -- host, process id and start of the process.
  owner        text        NOT NULL,
  -- Nothing else ran in the process.
  alone        boolean     NOT NULL,
  message_ids  uuid[]      NOT NULL,
  started_at   timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX runs_in_hand_by_subscription ON runs_in_hand (subscription);

-- Messages that were in hand when a process died. They are run alone.
CREATE TABLE suspects (
  subscription text        NOT NULL,
  message_id   uuid        NOT NULL,
  -- How often the process died while this message was run alone.
  deaths       int         NOT NULL DEFAULT 0,
  since        timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (subscription, message_id)
);

-- Messages that did not go straight through and are not parked here: what was last told of each. An inbox row says more:
-- it was handled. A receipt that resolves the message removes its row.
CREATE TABLE failing_deliveries (
  subscription text        NOT NULL,
  message_id   uuid        NOT NULL,
  -- waiting: at a retry address. dead: among the dead letters.
  state        text        NOT NULL CHECK (state IN ('waiting', 'dead')),
  at           timestamptz NOT NULL,
  PRIMARY KEY (subscription, message_id)
);

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

-- How people have set each subscription. Every application that consumes copies this file into a migration.

CREATE TABLE subscription_states (
  subscription text        NOT NULL PRIMARY KEY,
  -- Written by the service at each start, for those who look from outside.
  broker       text        NOT NULL,
  addresses    text[]      NOT NULL,
  replay_safe  boolean     NOT NULL,
  -- How long handled ids are known at least.
  inbox_days   int         NOT NULL,
  declared_at  timestamptz NOT NULL DEFAULT now(),
  -- Set by a person; every replica looks each second. NULL: it runs.
  paused_at    timestamptz
);

-- What people asked for, with who and why.
CREATE TABLE subscription_operations (
  operation_id   uuid        NOT NULL PRIMARY KEY,
  subscription   text        NOT NULL,
  kind           text        NOT NULL CHECK (kind IN ('pause', 'resume', 'rewind')),
  actor          text        NOT NULL,
  reason         text        NOT NULL,
  -- A rewind: from where to where, by topic and partition.
  details        json,
  asked_at       timestamptz NOT NULL DEFAULT now(),
  -- A pause or resume is carried out with its row; a rewind that died half way has none, and is asked for again.
  carried_out_at timestamptz
);

CREATE INDEX subscription_operations_by_subscription ON subscription_operations (subscription, asked_at);
