import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { repository } from '../../servers/site.ts';
import { dashboardJson, rows } from './dashboard.ts';
import type { Place } from './panel.ts';

interface Placed {
  readonly id: number;
  readonly title: string;
  readonly gridPos: Place;
}

const { panels } = JSON.parse(await dashboardJson()) as { readonly panels: readonly Placed[] };

const overlap = (a: Place, b: Place): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

test('panels have ids of their own, fit into the width, and cover none of the others', () => {
  expect(panels.length).toBe(rows.reduce((sum, row) => sum + 1 + row.panels.length, 0));
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
  const covered = panels.filter((panel) =>
    panels.some((other) => other !== panel && overlap(panel.gridPos, other.gridPos)),
  );
  expect(covered).toEqual([]);
});

test('no two panels have one title, and each says what it tells', () => {
  const titles = rows.flatMap((row) => row.panels.map(({ title }) => `${row.title}: ${title}`));
  expect(new Set(titles).size).toBe(titles.length);
  expect(rows.flatMap((row) => row.panels).filter(({ about }) => about.length < 10)).toEqual([]);
});

test('every row is explained where people read how to watch', () => {
  const page = readFileSync(join(repository, 'docs/how-to/watch-it.md'), 'utf8');
  expect(rows.filter(({ title }) => !page.includes(`| _${title}_`))).toEqual([]);
});
