import { expect, test } from '@jest/globals';
import { traceOf } from './trace-of.js';

const [traceId, spanId] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];

test('a step of a recorded trace links to its span', () => {
  const expected = {
    traceId,
    spanId,
    traceUrl: `http://127.0.0.1:16686/trace/${traceId}?uiFind=${spanId}`,
  };
  expect(traceOf(`00-${traceId}-${spanId}-01`, 'http://127.0.0.1:16686')).toEqual(expected);
  expect(traceOf(`00-${traceId}-${spanId}-03`, 'http://127.0.0.1:16686/')).toEqual(expected);
});

test('what was not recorded, or cannot be looked at anywhere, is named without a link', () => {
  expect(traceOf(`00-${traceId}-${spanId}-00`, 'http://127.0.0.1:16686')).toEqual({ traceId, spanId });
  expect(traceOf(`00-${traceId}-${spanId}-01`)).toEqual({ traceId, spanId });
});

test.each([null, '', 'nonsense', `00-${traceId}`])(
  'a step that says nothing of a trace has none: %s',
  (none) => {
    expect(traceOf(none, 'http://127.0.0.1:16686')).toEqual({});
  },
);
