/** Order and lines in one round trip: this runs once per accepted order, so every round trip counts. */
export const insertOrderSql = `
  WITH inserted AS (
    INSERT INTO orders (order_id, customer_id, customer_email, status, total_cents, currency, express, created_at)
    VALUES ($1::uuid, $2, $3, 'PENDING', $4::bigint, $5, $6, $7::timestamptz)
    RETURNING order_id
  )
  INSERT INTO order_lines (order_id, position, sku, quantity, unit_price_cents, image_s3_key)
  SELECT inserted.order_id, line.position, line.sku, line.quantity, line.unit_price_cents, line.image_s3_key
  FROM inserted, unnest($8::text[], $9::int[], $10::bigint[], $11::text[])
    WITH ORDINALITY AS line(sku, quantity, unit_price_cents, image_s3_key, position)`;
