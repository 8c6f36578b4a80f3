/** The file that creates the outbox's tables, for migrations and tests. */
export const outboxSql = new URL('../sql/outbox.sql', import.meta.url);

/** The file that creates what `republish` writes down. */
export const republicationsSql = new URL('../sql/republications.sql', import.meta.url);
