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
