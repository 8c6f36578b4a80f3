import { expect, test } from '@jest/globals';
import { statementNames } from './statement-names.js';

const nameOf = (sql: string) => statementNames()({ sql });

test('one text has one name, in every process', () => {
  expect(nameOf('SELECT a FROM t')).toBe(nameOf('SELECT a FROM t'));
  expect(nameOf('SELECT a FROM t')).not.toBe(nameOf('SELECT b FROM t'));
  expect(nameOf('SELECT a FROM t')).toMatch(/^s_[0-9a-f]{16}$/);
});

test.each([
  'SELECT * FROM t',
  ' select t.* FROM t',
  'INSERT INTO t VALUES (1) RETURNING *',
  'DELETE FROM t returning t.*',
])('%s is not prepared: a migration may change what it answers', (sql) => expect(nameOf(sql)).toBe(''));

test('a star inside is no matter: the result has its own columns', () => {
  expect(nameOf('WITH x AS (SELECT * FROM unnest($1::int[])) INSERT INTO t SELECT n FROM x')).not.toBe('');
  expect(nameOf('SELECT count(*) FROM t')).not.toBe('');
});

test.each(['BEGIN', 'COMMIT', 'ROLLBACK'])('%s is not prepared: one message is all it takes', (sql) =>
  expect(nameOf(sql)).toBe(''),
);
