-- Dead letters and what ended them: counted every few seconds, among all notices there ever were.
CREATE INDEX delivery_notices_of_dead_letters ON delivery_notices (subscription, message_id, told_at, kind, result)
  WHERE kind IN ('dead-lettered', 'receipt');
