CREATE TABLE "notes" (
  "id" INTEGER NOT NULL,
  "text" TEXT NOT NULL,
  CONSTRAINT "notes_pkey" PRIMARY KEY ("id")
);
