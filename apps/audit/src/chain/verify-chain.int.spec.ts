import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AuditWorld } from '../testing/audit-world.js';
import { eventsOf } from '../testing/test-events.js';

let world: AuditWorld;

beforeEach(async () => {
  world = await AuditWorld.open();
  await world.deliver('kafka', ...eventsOf('ann', 10));
  expect(await world.publishHead.publish()).toBe('published');
});
afterEach(() => world.close());

const emptied = `
  WITH gone AS (DELETE FROM audit_log), forgotten AS (DELETE FROM inbox)
  UPDATE audit_head SET n = 0, hash = decode(repeat('00', 32), 'hex')`;

const cutWithHead = `
  WITH gone AS (DELETE FROM audit_log WHERE n > 8)
  UPDATE audit_head SET n = 8, hash = (SELECT hash FROM audit_log WHERE n = 8)`;

describe('verifying names', () => {
  test.each([
    ['an altered body', `UPDATE audit_log SET body = 'x' WHERE n = 4`, 'altered-row', 4],
    ['an altered header', `UPDATE audit_log SET headers = '{}' WHERE n = 4`, 'altered-row', 4],
    ['an altered key', `UPDATE audit_log SET key = 'bob' WHERE n = 10`, 'altered-row', 10],
    ['an altered hash', `UPDATE audit_log SET hash = previous_hash WHERE n = 4`, 'altered-row', 4],
    ['a removed row', 'DELETE FROM audit_log WHERE n = 4', 'removed-row', 4],
    ['the first row removed', 'DELETE FROM audit_log WHERE n = 1', 'removed-row', 1],
    ['a cut tail', 'DELETE FROM audit_log WHERE n > 8', 'cut-tail', 9],
    ['a tail cut with its head', cutWithHead, 'cut-tail', 9],
    ['an emptied table', emptied, 'cut-tail', 1],
  ])('%s', async (_, sql, problem, brokenAt) => {
    await world.tamper(sql);
    expect(await world.verify()).toMatchObject({ ok: false, problem, brokenAt, events: brokenAt - 1 });
  });

  test('a rebuilt table, which is whole in itself', async () => {
    await world.tamper(emptied);
    await world.deliver('kafka', ...eventsOf('eve', 12));
    expect(await world.verify()).toMatchObject({ ok: false, problem: 'rebuilt', brokenAt: 10 });
  });
});

describe('the published head', () => {
  test('is never replaced by one that does not continue it', async () => {
    await world.tamper(cutWithHead);
    expect(await world.publishHead.publish()).toBe('broken');
    await world.deliver('kafka', ...eventsOf('eve', 5));
    expect(await world.publishHead.publish()).toBe('broken');
    expect(await world.verify()).toMatchObject({ ok: false, problem: 'rebuilt' });
  });

  test('is published once per length', async () => {
    expect(await world.publishHead.publish()).toBe('unchanged');
    await world.deliver('kafka', ...eventsOf('bob', 1));
    expect(await world.publishHead.publish()).toBe('published');
    expect(await world.heads.latest()).toMatchObject({ n: 11n });
  });

  test('stays the longest when an older one comes late', async () => {
    await world.heads.publish({ n: 3n, hash: Buffer.alloc(32) });
    expect(await world.heads.latest()).toMatchObject({ n: 10n });
  });
});

test('a chain longer than a slice is verified while others append to it', async () => {
  await world.deliver('kafka', ...eventsOf('bob', 800));
  const appending = world.deliver('kafka', ...eventsOf('carl', 400));
  const { ok, events } = await world.verify();
  await appending;
  expect({ ok, enough: events >= 810 }).toEqual({ ok: true, enough: true });
  expect(await world.verify()).toEqual({ ok: true, events: 1_210 });
});

test('one verification at a time: those who come meanwhile get its answer', async () => {
  const answers = [world.verify(), world.verify()] as const;
  expect(answers[0]).toBe(answers[1]);
  expect(await answers[0]).toEqual({ ok: true, events: 10 });
});
