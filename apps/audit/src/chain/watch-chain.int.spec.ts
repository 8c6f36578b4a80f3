import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { metricsPage, startTelemetry } from '@waybill/telemetry';
import { AuditWorld } from '../testing/audit-world.js';
import { eventsOf } from '../testing/test-events.js';
import { WatchChain } from './watch-chain.js';

let world: AuditWorld;
let chain: WatchChain;
let stop: () => Promise<void>;

/** More than are read at once. */
const several = 620;

beforeEach(async () => {
  stop = await startTelemetry('watch-chain-test', {});
  world = await AuditWorld.open();
  chain = new WatchChain(world.database, world.verifyChain);
  chain.show();
});
afterEach(async () => {
  await world.close();
  await stop();
});

async function shown(): Promise<string | undefined> {
  const lines = (await metricsPage())!.split('\n');
  return lines
    .find((line) => line.startsWith('waybill_audit_chain_ok'))
    ?.split(' ')
    .at(-1);
}

/** Two slices, the end, and the same once more. */
async function wholeRounds(): Promise<void> {
  for (let look = 0; look < 6; look++) await chain.look();
}

describe('a chain that is looked at slice by slice', () => {
  test('is whole from the first slice on, and while it grows', async () => {
    expect(await shown()).toBeUndefined();
    await chain.look(); // an empty one
    expect(await shown()).toBe('1');
    await world.deliver('kafka', ...eventsOf('ann', several));
    await wholeRounds();
    await world.deliver('kafka', ...eventsOf('bob', 10));
    await wholeRounds();
    expect(await shown()).toBe('1');
  });

  test.each([
    ['altered', `UPDATE audit_log SET body = 'x' WHERE n = 610`],
    ['altered where it was found whole before', `UPDATE audit_log SET body = 'x' WHERE n = 4`],
    ['removed', 'DELETE FROM audit_log WHERE n = 4'],
    ['cut off at the end', 'DELETE FROM audit_log WHERE n > 610'],
  ])('is broken when a row is %s, and stays so until it is verified whole', async (_, sql) => {
    await world.deliver('kafka', ...eventsOf('ann', several));
    await wholeRounds();
    await world.database.execute('CREATE TABLE kept AS SELECT * FROM audit_log');
    await world.tamper(sql);
    await wholeRounds();
    expect(await shown()).toBe('0');

    await world.tamper('TRUNCATE audit_log');
    await world.tamper('INSERT INTO audit_log SELECT * FROM kept');
    await wholeRounds();
    expect(await shown()).toBe('0');
    expect(await chain.verify()).toMatchObject({ ok: true });
    expect(await shown()).toBe('1');
  });

  test('is broken when it does not continue the head that was published', async () => {
    chain.publishedHeadWas('unchanged');
    expect(await shown()).toBeUndefined();
    chain.publishedHeadWas('broken');
    expect(await shown()).toBe('0');
  });
});
