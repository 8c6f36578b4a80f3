import { createHash } from 'node:crypto';

/**
 * Their result depends on the table's columns. A migration that adds one would break them on every connection that has
 * prepared them (`cached plan must not change result type`), until the last of these is closed.
 */
const answersEveryColumn = /^\s*select\s+(\w+\.)?\*|\breturning\s+(\w+\.)?\*/i;

/** Nothing is planned for them, and unprepared each is a single message. */
const boundary = /^\s*(begin|commit|rollback)\b/i;

const unprepared = '';

/**
 * Names by which a connection prepares its statements, so that the server parses and plans each text once per connection
 * instead of once per run: for short statements that is most of their price. Meant for texts that are constants of the
 * program, since each stays on its connections for as long as they live.
 */
export function statementNames(): (statement: { readonly sql: string }) => string {
  const names = new Map<string, string>();
  return ({ sql }) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    const name = answersEveryColumn.test(sql) || boundary.test(sql) ? unprepared : nameOf(sql);
    names.set(sql, name);
    return name;
  };
}

const nameOf = (sql: string): string => `s_${createHash('sha256').update(sql).digest('hex').slice(0, 16)}`;
