import { globSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { repository } from '../servers/site.ts';
import { listSettings, settingsOf } from './settings-page.ts';

test('every service that has settings is on the configuration page', () => {
  const services = globSync('apps/*/src/config.ts', { cwd: repository }).map((path) => path.split('/')[1]);
  expect(services.sort()).toEqual(Object.keys(settingsOf).sort());
});

describe.each(Object.entries(settingsOf))('%s', (_, schema) => {
  test('says of every variable what is expected and what it means', () => {
    for (const { name, expected, meaning } of listSettings(schema)) {
      expect([name, expected]).toEqual([name, expect.not.stringMatching(/^$|Invalid/)]);
      expect([name, meaning]).toEqual([name, expect.stringMatching(/^[^|]+$/)]);
    }
  });
});

test('a default is shown as a person would write it, and what has none is required', () => {
  const shown = new Map(listSettings(settingsOf['order']!).map((each) => [each.name, each.default]));
  expect(shown.get('PORT')).toBe('`3001`');
  expect(shown.get('DATABASE_URL')).toBe('**required**');
  expect(shown.get('HOST')).toBe('');
});
