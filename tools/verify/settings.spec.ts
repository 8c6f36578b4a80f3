import { expect, test } from '@jest/globals';
import { parseOptions } from './options.ts';
import { parseEnv, readSettings } from './settings.ts';

test('a value keeps its own equals signs', () =>
  expect(parseEnv('A=postgres://u:p@h/d?a=b\n\nB=1\n')).toEqual({ A: 'postgres://u:p@h/d?a=b', B: '1' }));

test('all missing settings are named at once, with the way to give them', async () => {
  const settings = readSettings(undefined, { KAFKA_BROKERS: 'a:1,b:2', PSP_DATABASE_URL: 'psp' });
  await expect(settings).rejects.toThrow('ORDERS_DATABASE_URL, AUDIT_DATABASE_URL missing; give --env-file');
});

test('a file that is not there says what that means', () =>
  expect(readSettings('/none/env', {})).rejects.toThrow('/none/env cannot be read'));

test('a wait that is no number is refused', () =>
  expect(() => parseOptions(['--wait', 'long'])).toThrow(
    '--wait long must be a number of seconds, 0 or more',
  ));

test('an unknown option is answered with the known ones', () =>
  expect(() => parseOptions(['--jsno'])).toThrow(/--jsno[\s\S]*--order-ids-file/));
