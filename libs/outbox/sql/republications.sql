-- Who had messages told again, which and why. An application that can (`republish`) copies this file into a migration.
CREATE TABLE republications (
  operation_id   uuid        PRIMARY KEY,
  -- Messages of this time, the end excluded.
  from_time      timestamptz NOT NULL,
  to_time        timestamptz NOT NULL,
  -- Only to this one; empty: to all.
  broker         text,
  actor          text        NOT NULL,
  reason         text        NOT NULL,
  asked_at       timestamptz NOT NULL DEFAULT now(),
  -- Written when all are in the outbox: rows by address.
  messages       jsonb,
  carried_out_at timestamptz,
  CHECK ((messages IS NULL) = (carried_out_at IS NULL))
);
