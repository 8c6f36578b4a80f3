export { RepeatedClaimError } from './idempotency.errors.js';
export { deleteInboxOlderThan } from './inbox-retention.js';
export { inboxSql } from './inbox-sql.js';
export { MemoryDatabase } from './memory/memory-database.js';
export { MemoryInbox } from './memory/memory-inbox.js';
export { PostgresInbox } from './postgres-inbox.js';
