-- A refund adds to what was captured and takes nothing back: the books show both.
ALTER TABLE "charges" ADD COLUMN "refunded_at" TIMESTAMPTZ(3);
ALTER TABLE "charges" ADD CONSTRAINT "charges_refund_captured" CHECK ("refunded_at" IS NULL OR "status" = 'captured');
