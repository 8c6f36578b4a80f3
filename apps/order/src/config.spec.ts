import { describe, expect, test } from '@jest/globals';
import { readSettings, SettingsError } from '@waybill/service-kit';
import { limitsOf } from './backpressure/backpressure.config.js';
import { orderSettings } from './config.js';

const complete = {
  DATABASE_URL: 'postgres://waybill@db:5432/orders',
  KAFKA_BROKERS: 'a:9092,b:9092',
  RABBITMQ_URL: 'amqp://waybill@mq:5672',
};

function problemsWith(environment: Record<string, string>): readonly string[] {
  try {
    readSettings(orderSettings, environment);
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.problems;
  }
}

describe('the settings of order', () => {
  test('slow at 5 s of outbox or 5,000 orders, and shed at 30 s or 20,000, unless said otherwise', () => {
    expect(limitsOf(readSettings(orderSettings, complete))).toEqual({
      outboxAgeMs: { slow: 5_000, shed: 30_000 },
      outboxRows: { slow: 20_000, shed: 100_000 },
      queueDepth: { slow: 5_000, shed: 20_000 },
      longestDelayMs: 1_000,
    });
  });

  test('refuse limits that shed before they slow, with every other problem at once', () => {
    const wrong = {
      ...complete,
      PORT: 'http',
      BACKPRESSURE_SLOW_OUTBOX_AGE_MS: '30000',
      BACKPRESSURE_SLOW_QUEUE_DEPTH: '500',
      BACKPRESSURE_SHED_QUEUE_DEPTH: '400',
    };
    const because = 'so that clients are slowed before they are sent away';
    expect(problemsWith(wrong)).toEqual([
      'PORT: expected a port from 0 to 65535',
      `BACKPRESSURE_SHED_OUTBOX_AGE_MS: expected more than BACKPRESSURE_SLOW_OUTBOX_AGE_MS, ${because}`,
      `BACKPRESSURE_SHED_QUEUE_DEPTH: expected more than BACKPRESSURE_SLOW_QUEUE_DEPTH, ${because}`,
    ]);
  });

  test('compare no limit that could not be read', () => {
    const wrong = { ...complete, BACKPRESSURE_SLOW_OUTBOX_ROWS: 'many', BACKPRESSURE_SHED_OUTBOX_ROWS: '1' };
    expect(problemsWith(wrong)).toEqual([
      'BACKPRESSURE_SLOW_OUTBOX_ROWS: expected a whole number from 1 to 100000000',
    ]);
  });
});
