import { expect, test } from '@jest/globals';
import { problemsIn } from './promises.ts';

const sound = { image: 'waybill/order:local', mem_limit: String(240 * 1_048_576), read_only: true };

test('a service that is bounded, read-only and open to this machine alone is no problem', () => {
  const ports = [{ host_ip: '127.0.0.1', published: '3001' }];
  expect(problemsIn({ order: { ...sound, ports } })).toEqual([]);
});

test('each promise that a service breaks is named with it', () => {
  const { mem_limit: _, ...boundless } = sound;
  const broken = {
    open: { ...sound, ports: [{ host_ip: '0.0.0.0', published: '3001' }] },
    nowhere: { ...sound, ports: [{ published: '3002' }] },
    boundless,
    writable: { ...sound, read_only: false },
  };
  expect(problemsIn(broken)).toEqual([
    'open: port 3001 is open to others',
    'nowhere: port 3002 is open to others',
    'boundless has no memory limit',
    'writable may write to its root file system',
  ]);
});

test('the limits of what always runs add up to less than 4 GiB; profiles and the migration are not among it', () => {
  const half = { ...sound, mem_limit: String(2_048 * 1_048_576) };
  const beside = { migrate: half, shopper: { ...half, profiles: ['load'] } };
  expect(problemsIn({ a: half, b: half, ...beside })).toEqual(['the limits add up to 4096 MiB']);
  expect(problemsIn({ a: half, ...beside })).toEqual([]);
});
