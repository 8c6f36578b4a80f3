-- Whose personal data was erased here, when and by whom.
CREATE TABLE erasures (
  erasure_id  bigint         GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id text           NOT NULL,
  erased_at   timestamptz(3) NOT NULL DEFAULT now(),
  erased_by   text           NOT NULL
);
CREATE INDEX erasures_of_customer ON erasures (customer_id, erased_at);
