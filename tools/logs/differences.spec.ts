import { expect, test } from '@jest/globals';
import type { MessagingLine } from '@waybill/telemetry';
import { differences } from './differences.ts';

const registry: Record<string, MessagingLine> = { stamped: { level: 'log', fields: ['parcel', 'stamps'] } };

const line = {
  level: 'info',
  time: '2026-11-25T10:00:00Z',
  service: 'order',
  msg: 'message stamped',
  parcel: 1,
};

test('lines that are as they are registered differ in nothing, nor do those of others', async () => {
  const traced = { ...line, stamps: 2, requestId: 'r', trace_id: 't', span_id: 's', context: 'desk' };
  const others = { level: 'warn', msg: 'desk closed', because: 'night' };
  expect(await differences([line, traced, others, {}], registry)).toEqual([]);
});

test.each([
  ['an unknown kind', { msg: 'message torn' }, 'message torn is not registered'],
  ['an unknown field', { sender: 'ann' }, 'message stamped has sender, which is not registered'],
  ['another level', { level: 'warn' }, 'message stamped is warn, not info'],
])('%s is a difference', async (_what, change, problem) => {
  const changed = { ...line, ...change };
  expect(await differences([line, changed, changed], registry)).toEqual([problem]);
});

test('to have found nothing to compare is a difference', async () => {
  expect(await differences([{ ...line, msg: 'desk closed' }], registry)).toEqual([
    'no line is about a message',
  ]);
});

test('a line without what every line has is a difference', async () => {
  const { time: _, ...timeless } = line;
  expect(await differences([timeless], registry)).toEqual(['message stamped lacks time']);
});
