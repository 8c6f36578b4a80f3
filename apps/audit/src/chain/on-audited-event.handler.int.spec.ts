import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AuditWorld } from '../testing/audit-world.js';
import { eventOf, eventsOf, idOf } from '../testing/test-events.js';

let world: AuditWorld;

beforeEach(async () => void (world = await AuditWorld.open()));
afterEach(() => world.close());

const chained = (key: string) =>
  world.database
    .query<{ id: string }>('SELECT message_id::text AS id FROM audit_log WHERE key = $1 ORDER BY n', [key])
    .then((rows) => rows.map(({ id }) => id));

describe('events of many types', () => {
  test('are chained as they came, each customer’s in order', async () => {
    const [ann, bob] = [eventsOf('ann', 150), eventsOf('bob', 150)];
    await world.deliver('kafka', ...ann.flatMap((event, index) => [event, bob[index]!]));
    expect(await chained('ann')).toEqual(ann.map(idOf));
    expect(await chained('bob')).toEqual(bob.map(idOf));
    expect(await world.verify()).toEqual({ ok: true, events: 300 });
  });

  test('are absorbed when they come again, even if the inbox has forgotten them', async () => {
    const events = eventsOf('ann', 3);
    await world.deliver('kafka', ...events);
    expect(await world.deliver('kafka', ...events)).toEqual(['duplicate', 'duplicate', 'duplicate']);
    await world.database.execute('DELETE FROM inbox');
    await world.deliver('kafka', ...events, eventOf({ key: 'ann' }));
    expect(await world.verify()).toEqual({ ok: true, events: 4 });
  });

  test('that cannot be read go to the dead letters and leave the chain whole', async () => {
    const unreadable = { ...eventOf(), attributes: { type: 'order.created' } };
    await world.deliver('kafka', eventOf(), unreadable, eventOf());
    expect(world.broker.written('kafka.kafka.dlq').map(({ body }) => body)).toEqual([unreadable.body]);
    expect(await world.verify()).toEqual({ ok: true, events: 2 });
  });

  test('that the database refuses go to the dead letters alone', async () => {
    const refused = eventOf({ key: 'nul \u0000' });
    await world.deliver('kafka', eventOf(), refused, eventOf());
    expect(world.broker.written('kafka.kafka.dlq')).toHaveLength(1);
    expect(await world.verify()).toEqual({ ok: true, events: 2 });
  });
});

describe('two processes', () => {
  test('append at the same time to one unbroken chain', async () => {
    await world.consumeAsAnotherProcess('elsewhere');
    const deliverRounds = async (address: string, key: string) => {
      for (let round = 0; round < 20; round++) await world.deliver(address, ...eventsOf(key, 20));
    };
    await Promise.all([deliverRounds('kafka', 'ann'), deliverRounds('elsewhere', 'bob')]);
    expect(await world.verify()).toEqual({ ok: true, events: 800 });
  });
});
