import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { SettingsError } from '../service-kit.errors.js';
import { readSettings } from './read-settings.js';
import { setting } from './setting-fields.js';

const schema = z.object({
  PORT: setting.port().default(3009),
  DATABASE_URL: setting.postgresUrl(),
  KAFKA_BROKERS: setting.addresses(),
  LEASE_MS: setting.durationMs(1_000).default(30_000),
  LOG_LEVEL: setting.oneOf('info', 'debug').default('info'),
});

const complete = { DATABASE_URL: 'postgres://waybill@db:5432/psp', KAFKA_BROKERS: 'a:9092, b:9092' };

function problemsWith(environment: Record<string, string>): readonly string[] {
  try {
    readSettings(schema, environment);
    return [];
  } catch (error) {
    return (error as SettingsError).problems;
  }
}

describe('settings', () => {
  test('are typed, with defaults for what is absent or empty', () => {
    expect(readSettings(schema, { ...complete, PORT: '', LEASE_MS: '5000', HOME: '/root' })).toEqual({
      PORT: 3009,
      DATABASE_URL: 'postgres://waybill@db:5432/psp',
      KAFKA_BROKERS: ['a:9092', 'b:9092'],
      LEASE_MS: 5000,
      LOG_LEVEL: 'info',
    });
  });

  test('that are wrong are all named at once, with what was expected', () => {
    const environment = { PORT: '70000', KAFKA_BROKERS: 'nowhere', LEASE_MS: '10', LOG_LEVEL: 'loud' };
    expect(problemsWith(environment)).toEqual([
      'PORT: expected a port from 0 to 65535',
      'DATABASE_URL is missing: expected a URL such as postgres://user:password@127.0.0.1:5432/orders',
      'KAFKA_BROKERS: expected host:port, several separated by commas',
      'LEASE_MS: expected milliseconds from 1000 to 86400000',
      'LOG_LEVEL: expected one of info, debug',
    ]);
  });

  test('that do not fit each other are not called missing when one has its default', () => {
    const related = schema.refine(({ PORT, LEASE_MS }) => LEASE_MS > PORT, {
      path: ['LEASE_MS'],
      message: 'more than PORT',
    });
    expect(() => readSettings(related, { ...complete, PORT: '60000' })).toThrow(
      'LEASE_MS: expected more than PORT',
    );
  });

  test('never repeat a value, which may be a password', () => {
    expect(problemsWith({ ...complete, DATABASE_URL: 'mysql://root:hunter2@db/psp' }).join()).not.toContain(
      'hunter2',
    );
  });
});
