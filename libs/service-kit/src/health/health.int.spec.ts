import { describe, expect, test } from '@jest/globals';
import { Health } from './health.js';
import { RunningParcels } from '../testing/parcels-service.js';

const parcels = new RunningParcels();
const { send } = parcels;

describe('health', () => {
  test('is ready only while every check passes; reports decide nothing', async () => {
    const health = parcels.service.app.get(Health);
    health.report('kafka', () => ({ state: 'away' }));
    health.readyWhile('database', async () => {
      throw new Error('connection refused');
    });
    const failing = await send('/health/ready');
    health.readyWhile('database', async () => undefined);
    const ready = await send('/health/ready');

    expect([failing.status, ready.status]).toEqual([503, 200]);
    expect(JSON.parse(failing.text).checks).toEqual({
      database: { ok: false, because: 'connection refused' },
    });
    expect(JSON.parse(ready.text)).toEqual({
      status: 'ok',
      checks: { database: { ok: true } },
      reports: { kafka: { state: 'away' } },
    });
  });

  test('is red, not silent, when a check hangs', async () => {
    const health = parcels.service.app.get(Health);
    health.aliveWhile('lane', () => new Promise(() => undefined));
    const { status, text } = await send('/health/live');
    health.aliveWhile('lane', async () => undefined);
    expect([status, JSON.parse(text).checks.lane.because]).toEqual([503, 'no answer within 2000 ms']);
    expect((await send('/health/live')).status).toBe(200);
  });
});
