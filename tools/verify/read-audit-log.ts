import type { AuditEntry } from './evidence.ts';
import { readDatabase } from './read-database.ts';

/** Only what came from the topics under judgement; RabbitMQ's copies are the audit service's own affair. */
export const readAuditLog = (auditDatabaseUrl: string): Promise<AuditEntry[]> =>
  readDatabase(
    'audit',
    auditDatabaseUrl,
    `SELECT n, message_id::text AS "messageId" FROM audit_log ORDER BY n`,
  );
