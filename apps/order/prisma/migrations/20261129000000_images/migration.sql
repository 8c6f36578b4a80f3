-- Where a product's image is in the claim store, and of a line the one that its product had when the order was placed: its
-- mail is the same whenever it is told. Lines from before have none.
ALTER TABLE products ADD COLUMN image_s3_key text;
ALTER TABLE order_lines ADD COLUMN image_s3_key text;
