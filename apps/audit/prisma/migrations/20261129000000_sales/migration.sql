-- Confirmed orders by minute. A rebuild fills a generation of its own, which then takes the place of the one that serves;
-- what is counted meanwhile is added to both (docs/adr/0025).
CREATE TABLE sales_generations (
  generation bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  state      text        NOT NULL UNIQUE CHECK (state IN ('filling', 'serving')), -- at most one of each
  began_at   timestamptz NOT NULL DEFAULT now(),
  actor      text        NOT NULL,
  reason     text        NOT NULL
);
INSERT INTO sales_generations (state, actor, reason) VALUES ('serving', 'migration', 'the first one');

-- How far each partition of `order-events` is counted, in every generation alike. Whoever counts takes the row first.
CREATE TABLE sales_positions (
  partition integer PRIMARY KEY,
  next      bigint  NOT NULL
);

CREATE TABLE sales_per_minute (
  generation bigint         NOT NULL REFERENCES sales_generations ON DELETE CASCADE,
  minute     timestamptz(0) NOT NULL,
  currency   text           NOT NULL,
  orders     bigint         NOT NULL CHECK (orders > 0),
  cents      bigint         NOT NULL CHECK (cents >= 0),
  PRIMARY KEY (generation, minute, currency)
) WITH (fillfactor = 70); -- the current minute's rows are updated with every record
