import { describe, expect, test } from '@jest/globals';
import { readSettings } from '@waybill/service-kit';
import { paymentSettings } from './config.js';

const complete = {
  DATABASE_URL: 'postgres://waybill@db:5432/payments',
  KAFKA_BROKERS: 'a:9092,b:9092',
  RABBITMQ_URL: 'amqp://waybill@mq:5672',
  PSP_URL: 'http://psp:3009',
};

describe('the settings of payment', () => {
  test('ask the provider for 5 s under a lease of 15 s, unless said otherwise', () => {
    const settings = readSettings(paymentSettings, complete);
    expect(settings).toMatchObject({ PORT: 3002, PSP_TIMEOUT_MS: 5_000, PAYMENT_LEASE_MS: 15_000 });
  });

  test('refuse a lease that a slow answer would outlive', () => {
    const read = () =>
      readSettings(paymentSettings, { ...complete, PSP_TIMEOUT_MS: '5000', PAYMENT_LEASE_MS: '6000' });
    expect(read).toThrow('PAYMENT_LEASE_MS: expected at least twice PSP_TIMEOUT_MS');
  });

  test('that are missing are named together', () => {
    const read = () => readSettings(paymentSettings, {});
    for (const name of Object.keys(complete)) expect(read).toThrow(`${name} is missing`);
  });
});
