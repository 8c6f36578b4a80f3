import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import ts from 'typescript';

const repository = resolve(import.meta.dirname, '../..');

const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
const programs = new Set(
  Object.values(scripts).flatMap((script) => /bootstrap\.mjs (\S+\.ts)/.exec(script)?.[1] ?? []),
);

/** Named when a module is loaded, unless they are types only. */
function importsOf(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  return source.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
    const typesOnly = ts.isImportDeclaration(statement)
      ? statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
      : statement.isTypeOnly;
    const from = statement.moduleSpecifier;
    return from && ts.isStringLiteral(from) && !typesOnly ? [from.text] : [];
  });
}

/** What cannot be loaded in a fresh clone, each with the file that names it. */
function unbuilt(file: string, seen = new Set<string>()): string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  return importsOf(file).flatMap((from) => {
    if (from.startsWith('.')) return unbuilt(resolve(file, '..', from), seen);
    return from.startsWith('@waybill/') ? [`${file}: ${from}`] : [];
  });
}

test.each([...programs])('%s begins in a fresh clone, before our packages are built', (program) => {
  expect(unbuilt(join(repository, program))).toEqual([]);
});
