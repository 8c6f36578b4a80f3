-- Refunds that are asked for and not known to be done: counted every few seconds, among all payments there ever were.
CREATE INDEX payments_refund_unknown ON payments (refund_asked_since)
  WHERE refund_asked_since IS NOT NULL AND refunded_at IS NULL;
