import { expect, test } from '@jest/globals';
import { readFigures, readPage } from './figures.ts';
import { pageWith } from './page.ts';

test('the page shows what the run measured, and nothing else', async () => {
  const page = await readPage();
  expect(await pageWith(await readFigures(), page)).toBe(page);
});

test('another figure is another page', async () => {
  const [figures, page] = [await readFigures(), await readPage()];
  const other = structuredClone(figures) as { rounds: number };
  other.rounds++;
  expect(await pageWith(other as typeof figures, page)).not.toBe(page);
});

test('a page without its markers is refused', async () => {
  await expect(pageWith(await readFigures(), '# Which broker')).rejects.toThrow('the page must have');
});
