import { expect, test } from '@jest/globals';
import { parseCommand } from '../command.ts';
import { forgetful, requestOf } from './request.ts';

const nowMs = Date.parse('2026-11-25T12:00:00Z');
const from = ['--from', '2026-11-24T10:00:00+01:00'];
const why = ['--reason', 'the brokers burnt down'];
const request = (...args: string[]) => requestOf(parseCommand(['republish', ...args]), nowMs);

test('a span of time begins where it is told and ends now, or where that is told', () => {
  const fromMs = Date.parse('2026-11-24T09:00:00Z');
  expect(request(...from, ...why)).toEqual({ fromMs, toMs: nowMs });
  expect(request(...from, ...why, '--to', '2026-11-25T00:00:00Z', '--broker', 'sqs')).toEqual({
    fromMs,
    toMs: Date.parse('2026-11-25T00:00:00Z'),
    broker: 'sqs',
  });
});

test('only looking needs no reason', () => {
  expect(() => request(...from)).toThrow('--reason');
  expect(request(...from, '--dry-run')).toMatchObject({ toMs: nowMs });
});

test.each([
  [[...why], 'needs --from'],
  [['--from', 'yesterday', ...why], 'needs --from'],
  [['--from', '2026-11-24T10:00:00', ...why], 'needs --from'],
  [[...from, '--to', '2026-11-24', ...why], '--to takes one time'],
  [[...from, '--to', '2026-11-24T08:00:00Z', ...why], 'must lie before'],
  [[...from, '--broker', 'nats', ...why], 'must be one of'],
  [['order-events', ...from, ...why], 'There is no'],
])('%j is refused, and says what was expected', (args, because) => {
  expect(() => request(...args)).toThrow(because);
});

test('further back than a subscription remembers is named, by the broker that is told', () => {
  const fromMs = nowMs - 10 * 86_400_000;
  const mails = { name: 'mails', broker: 'sqs', replaySafe: false, inboxDays: 7 } as const;
  const audit = { name: 'audit', broker: 'kafka', replaySafe: false, inboxDays: 30 } as const;
  const counts = { name: 'counts', broker: 'kafka', replaySafe: true, inboxDays: 7 } as const;
  const all = [mails, audit, counts];
  expect(forgetful({ fromMs, toMs: nowMs }, all, nowMs)).toEqual(['mails (7 days)']);
  expect(forgetful({ fromMs, toMs: nowMs, broker: 'kafka' }, all, nowMs)).toEqual([]);
});
