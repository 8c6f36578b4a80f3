-- What a message held of a person: its original bytes under the customer's key (AES-256-GCM; nonce, tag, ciphertext).
-- `body` then holds what anybody may know, for ever. Null where nothing was personal, or the customer was erased before.
ALTER TABLE audit_log ADD COLUMN sealed bytea;

-- Made with a customer's first personal field. Its deletion is the erasure: what it sealed stays chained, and is noise.
CREATE TABLE customer_keys (
  customer_id text        PRIMARY KEY,
  key         bytea       NOT NULL CHECK (octet_length(key) = 32),
  made_at     timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE erasures (
  erasure_id  bigint         GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id text           NOT NULL,
  erased_at   timestamptz(3) NOT NULL DEFAULT now(),
  erased_by   text           NOT NULL
);
CREATE INDEX erasures_of_customer ON erasures (customer_id, erased_at);
