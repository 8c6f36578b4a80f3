-- How often what was done in the shop, by minute and product; it holds nobody's name. Counted at most once each, so there
-- is no inbox beside it. Empty `sku`: about no product, since a primary key takes no null.
CREATE TABLE activity_counts (
  minute timestamptz(0) NOT NULL,
  kind   text           NOT NULL,
  sku    text           NOT NULL,
  times  bigint         NOT NULL CHECK (times > 0),
  PRIMARY KEY (minute, kind, sku)
) WITH (fillfactor = 70); -- the current minute's rows are updated with every batch
