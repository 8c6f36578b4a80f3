/**
 * All or nothing in one statement: rows are updated only if as many SKUs have enough as were asked for. Nobody else
 * changes these rows meanwhile (see `stockLock`), so what the statement saw when it began still holds when it writes.
 */
export const reserveSql = `
  WITH wanted AS (SELECT * FROM unnest($1::text[], $2::bigint[]) AS line(sku, quantity)),
  enough AS (
    SELECT count(*) = cardinality($1::text[]) AS for_all
    FROM products JOIN wanted USING (sku)
    WHERE on_hand - reserved >= quantity
  )
  UPDATE products SET reserved = reserved + quantity
  FROM wanted, enough
  WHERE products.sku = wanted.sku AND for_all`;

/** Sums of a whole batch: one row version per SKU however many orders touched it. */
export const changeStockSql = `
  UPDATE products SET on_hand = products.on_hand + change.on_hand, reserved = products.reserved + change.reserved
  FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS change(sku, on_hand, reserved)
  WHERE products.sku = change.sku`;

/** What was put on the shelf is remembered apart, so that the shelf can be audited against what was sold. */
export const putProductSql = `
  INSERT INTO products (sku, price_cents, currency, on_hand, stocked)
  VALUES ($1, $2::bigint, $3, $4::bigint, $4::bigint)
  ON CONFLICT (sku) DO UPDATE SET
    price_cents = excluded.price_cents,
    currency = excluded.currency,
    stocked = products.stocked + excluded.on_hand - products.on_hand,
    on_hand = excluded.on_hand
  RETURNING sku, price_cents, currency, on_hand, reserved`;
