export { RepeatedClaimError, RetentionTooShortError } from './idempotency.errors.js';
export { deleteInboxOlderThan, shortestRetentionDays } from './inbox-retention.js';
export { inboxSql } from './inbox-sql.js';
export { MemoryDatabase } from './memory/memory-database.js';
export { MemoryInbox } from './memory/memory-inbox.js';
export { PostgresInbox } from './postgres-inbox.js';
