CREATE TABLE "charges" (
  "key" TEXT NOT NULL,
  "id" UUID NOT NULL,
  "status" TEXT NOT NULL,
  "order_id" TEXT,
  "amount_cents" BIGINT,
  "currency" CHAR(3),
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "charges_pkey" PRIMARY KEY ("key"),
  CONSTRAINT "charges_status_known" CHECK ("status" IN ('captured', 'declined', 'cancelled')),
  CONSTRAINT "charges_amount_positive" CHECK ("amount_cents" > 0),
  CONSTRAINT "charges_complete" CHECK (
    "status" = 'cancelled' OR ("order_id" IS NOT NULL AND "amount_cents" IS NOT NULL AND "currency" IS NOT NULL)
  )
);

CREATE UNIQUE INDEX "charges_id_key" ON "charges" ("id");
CREATE INDEX "charges_order_id_idx" ON "charges" ("order_id");

CREATE TABLE "failed_first_asks" (
  "key" TEXT NOT NULL,
  CONSTRAINT "failed_first_asks_pkey" PRIMARY KEY ("key")
);

CREATE TABLE "behaviour" (
  "id" INTEGER NOT NULL DEFAULT 1,
  "delay_ms" INTEGER NOT NULL DEFAULT 0,
  "decline_rate" DOUBLE PRECISION NOT NULL DEFAULT 0,
  "timeout_after_charge_rate" DOUBLE PRECISION NOT NULL DEFAULT 0,
  "error_rate" DOUBLE PRECISION NOT NULL DEFAULT 0,
  CONSTRAINT "behaviour_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "behaviour_one_row" CHECK ("id" = 1)
);
