-- What somebody wants given back, since when, and when the provider said that it is. The payment stays captured.
ALTER TABLE payments
  ADD COLUMN refund_because text,
  ADD COLUMN refund_asked_since timestamptz(3),
  ADD COLUMN refunded_at timestamptz(3),
  ADD CHECK (refund_asked_since IS NULL OR state = 'captured'),
  ADD CHECK (refunded_at IS NULL OR refund_asked_since IS NOT NULL);
