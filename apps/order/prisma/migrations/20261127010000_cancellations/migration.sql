-- A customer no longer wants the order, since when; and since when a confirmed one is given back. States stay as they are.
ALTER TABLE orders
  ADD COLUMN cancel_requested_at timestamptz(3),
  ADD COLUMN refunded_at timestamptz(3),
  ADD CHECK (refunded_at IS NULL OR (status = 'CONFIRMED' AND cancel_requested_at IS NOT NULL));

-- For the sweep: confirmed orders that wait for their refund, nearly always none.
CREATE INDEX orders_to_refund ON orders (order_id)
  WHERE status = 'CONFIRMED' AND cancel_requested_at IS NOT NULL AND refunded_at IS NULL;
