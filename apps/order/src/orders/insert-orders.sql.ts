/**
 * Orders and their lines in one round trip: this runs for every order that is accepted, so every round trip counts. The
 * lines' reference to their orders is checked at the end of the statement, when both are there.
 */
export const insertOrdersSql = `
  WITH inserted AS (
    INSERT INTO orders (order_id, customer_id, customer_email, status, total_cents, currency, express, created_at)
    SELECT order_id, customer_id, customer_email, 'PENDING', total_cents, currency, express, created_at
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::boolean[], $7::timestamptz[])
      AS placed (order_id, customer_id, customer_email, total_cents, currency, express, created_at)
  )
  INSERT INTO order_lines (order_id, position, sku, quantity, unit_price_cents, image_s3_key)
  SELECT * FROM unnest($8::uuid[], $9::int[], $10::text[], $11::int[], $12::bigint[], $13::text[])`;
