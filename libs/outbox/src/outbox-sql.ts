/** The file that creates the outbox's tables, for migrations and tests. */
export const outboxSql = new URL('../sql/outbox.sql', import.meta.url);
