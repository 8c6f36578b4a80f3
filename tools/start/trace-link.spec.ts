import { expect, test } from '@jest/globals';
import { traceLink } from './trace-link.ts';

const exported = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };

test.each([
  [{ JAEGER_URL: 'http://127.0.0.1:16686' }, 'Its trace: http://127.0.0.1:16686/trace/abc\n'],
  [{ ...exported, JAEGER_URL: 'https://jaeger.test/' }, 'Its trace: https://jaeger.test/trace/abc\n'],
])('who says where Jaeger is, is given a link: %p', (environment, link) => {
  expect(traceLink('abc', environment)).toBe(link);
});

test('what is exported to nobody knows where is named by its id', () => {
  expect(traceLink('abc', exported)).toContain('abc');
});

test('where nothing is exported, no trace is promised', () => {
  const line = traceLink('abc', { OTEL_EXPORTER_OTLP_ENDPOINT: '' });
  expect(line).toContain('docs/how-to/follow-an-order-in-jaeger.md');
  expect(line).not.toContain('abc');
});
