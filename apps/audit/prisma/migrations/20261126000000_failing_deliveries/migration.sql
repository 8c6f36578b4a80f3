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
