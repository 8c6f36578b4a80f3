/** Under the SKUs' `stockLock`s, taken by a statement before: what this one sees still holds when the transaction writes. */
export const availableSql = `
  SELECT sku, on_hand - reserved AS available FROM products WHERE sku = ANY ($1::text[])`;

/** Sums of a whole batch: one row version per SKU however many orders touched it. */
export const changeStockSql = `
  UPDATE products SET on_hand = products.on_hand + change.on_hand, reserved = products.reserved + change.reserved
  FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS change(sku, on_hand, reserved)
  WHERE products.sku = change.sku`;

/** What was put on the shelf is remembered apart, so that the shelf can be audited against what was sold. */
export const putProductSql = `
  INSERT INTO products (sku, price_cents, currency, on_hand, stocked, image_s3_key)
  VALUES ($1, $2::bigint, $3, $4::bigint, $4::bigint, $5)
  ON CONFLICT (sku) DO UPDATE SET
    price_cents = excluded.price_cents,
    currency = excluded.currency,
    stocked = products.stocked + excluded.on_hand - products.on_hand,
    on_hand = excluded.on_hand,
    image_s3_key = excluded.image_s3_key
  RETURNING sku, price_cents, currency, image_s3_key, on_hand, reserved`;
