import { afterEach, expect, test } from '@jest/globals';
import { trace } from '@opentelemetry/api';
import { startTelemetry } from '@waybill/telemetry';
import { ServiceLogger } from './service-logger.js';

const lines: Record<string, unknown>[] = [];
const logger = () =>
  new ServiceLogger('shop', 'debug', { write: (line) => void lines.push(JSON.parse(line)) }, ['email']);

afterEach(() => void lines.splice(0));

test('a field that tells of a person is hidden wherever it stands, and the rest is not', () => {
  const person = { email: 'ann@example.com', country: 'NO' };
  logger().log({
    msg: 'sold',
    ...person,
    customer: person,
    order: { customer: person, all: [person, person] },
  });
  const hidden = { email: '[personal]', country: 'NO' };
  expect(lines).toEqual([
    expect.objectContaining({
      msg: 'sold',
      ...hidden,
      customer: hidden,
      order: { customer: hidden, all: [hidden, hidden] },
    }),
  ]);
});

test('what was given to be logged stays as it was', () => {
  const given = { customer: { email: 'ann@example.com' } };
  logger().log(given);
  expect(given).toEqual({ customer: { email: 'ann@example.com' } });
});

test('a line says in which span it was written, by OpenTelemetry’s names', async () => {
  const stop = await startTelemetry('shop', {});
  trace.getTracer('test').startActiveSpan('sell', (span) => {
    logger().log('sold');
    const { traceId: trace_id, spanId: span_id } = span.spanContext();
    expect(lines).toEqual([expect.objectContaining({ trace_id, span_id, msg: 'sold' })]);
    span.end();
  });
  await stop();
});

test('a line outside of every span names none', () => {
  logger().log('idle');
  expect(Object.keys(lines[0]!)).not.toContain('trace_id');
});
