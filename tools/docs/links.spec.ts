import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { repository } from '../servers/site.ts';

const pages = [
  ...globSync('*.md', { cwd: repository }),
  ...globSync('docs/**/*.md', { cwd: repository }),
  ...globSync('{apps,libs,data}/**/README.md', {
    cwd: repository,
    exclude: (name) => name === 'node_modules' || name === 'dist',
  }),
].sort();

const textOf = (page: string): string =>
  readFileSync(join(repository, page), 'utf8').replace(/^```[^]*?^```/gm, '');

/** As GitHub makes them from headings. */
const anchorsOf = (page: string): string[] =>
  [...textOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );

/** Links to files and headings of this repository; addresses elsewhere are nobody's promise. */
const linksIn = (text: string): string[] =>
  [...text.matchAll(/\]\(<?([^)>\s]+)>?\)/g)]
    .map(([, target]) => target!)
    .filter((target) => !/^[a-z]+:/.test(target));

function isThere(page: string, target: string): boolean {
  const [path = '', anchor] = target.split('#');
  const linked = path === '' ? page : join(dirname(page), path);
  if (!existsSync(join(repository, linked))) return false;
  return !anchor || !linked.endsWith('.md') || anchorsOf(linked).includes(anchor);
}

describe.each(pages)('%s', (page) => {
  test('links only to what is there', () => {
    expect(linksIn(textOf(page)).filter((target) => !isThere(page, target))).toEqual([]);
  });
});

test('the pages that people start from are among those', () => {
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/reference/patterns.md']));
  expect(linksIn(textOf('docs/reference/patterns.md')).length).toBeGreaterThan(80);
});

test('a link to a file or a heading that is gone is found', () => {
  expect(isThere('README.md', 'docs/gone.md')).toBe(false);
  expect(isThere('docs/reference/patterns.md', 'guarantees.md#gone')).toBe(false);
  expect(isThere('docs/reference/patterns.md', 'patterns.md#10-shape')).toBe(true);
});
