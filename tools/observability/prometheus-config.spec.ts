import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { serviceNames, startSite } from '../servers/site.ts';
import { prometheusFolder } from './alerts.ts';

interface Target {
  readonly targets: readonly string[];
  readonly labels?: { readonly service: string };
}

function targetsOf(file: string): readonly Target[] {
  const { scrape_configs } = parse(readFileSync(join(prometheusFolder, file), 'utf8')) as {
    readonly scrape_configs: readonly { readonly job_name: string; readonly static_configs: Target[] }[];
  };
  return scrape_configs.find(({ job_name }) => job_name === 'waybill')!.static_configs;
}

test('without Docker, each service is asked where `npm start` runs it', () => {
  const { services } = startSite.ports;
  const asked = targetsOf('npm-start.yml').map(({ targets, labels }) => [labels!.service, targets]);
  expect(Object.fromEntries(asked)).toEqual(
    Object.fromEntries(serviceNames.map((name) => [name, [`127.0.0.1:${services[name]}`]])),
  );
});

test('with Docker, each service is asked by its name', () => {
  const asked = targetsOf('prometheus.yml').flatMap(({ targets }) => targets);
  expect([...asked].sort()).toEqual(serviceNames.map((name) => `${name}:8080`).sort());
});
