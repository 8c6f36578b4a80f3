/** The file that creates the inbox, for migrations and tests. */
export const inboxSql = new URL('../sql/inbox.sql', import.meta.url);
