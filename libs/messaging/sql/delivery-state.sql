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
