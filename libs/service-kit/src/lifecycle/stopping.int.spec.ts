import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { Drains } from './drains.js';
import { Gate, start } from '../testing/parcels-service.js';

describe('stopping', () => {
  const get = async (url: string, agent: Agent) => {
    const [answer] = (await once(request(url, { agent }).end(), 'response')) as [IncomingMessage];
    return {
      status: answer.statusCode,
      connection: answer.headers.connection,
      body: String(await answer.toArray()),
    };
  };

  test('finishes the request in flight and what drains hold, ends kept connections, then closes', async () => {
    const stopping = await start();
    const agent = new Agent({ keepAlive: true });
    const gate = stopping.app.get(Gate);
    const held = Promise.withResolvers<void>();
    stopping.app.get(Drains).register('deliveries', () => held.promise);

    const slow = get(`${stopping.url}/parcels/slow`, agent);
    await gate.entered.promise;
    const stopped = stopping.stop();
    gate.open.resolve('finished');
    expect(await slow).toEqual({ status: 200, connection: 'close', body: 'finished' });

    held.resolve();
    await stopped;
    await expect(fetch(stopping.url)).rejects.toThrow();
    agent.destroy();
  });

  test('that takes longer than the grace period fails and names what was held', async () => {
    const stopping = await start(50);
    const held = Promise.withResolvers<void>();
    stopping.app.get(Drains).register('deliveries', () => held.promise);
    await expect(stopping.stop()).rejects.toThrow('not drained within 50 ms, still held: deliveries');
    held.resolve();
  });

  test('runs the other drains to their end when one fails', async () => {
    const stopping = await start();
    let finished = false;
    stopping.app.get(Drains).register('relay', () => Promise.reject(new Error('broker away')));
    stopping.app.get(Drains).register('deliveries', async () => void (finished = true));
    await expect(stopping.stop()).rejects.toThrow('could not drain relay');
    expect(finished).toBe(true);
  });
});
