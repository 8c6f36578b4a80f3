import { expect, it } from '@jest/globals';
import { testAddress } from '@waybill/test-kit';
import { openSession } from './open-session.js';
import { normalise } from './rabbitmq.options.js';

it.each(['', '?heartbeat=600'])(
  'a silent peer is noticed by a heartbeat of 10 s, whatever server and address would like (%s)',
  async (asked) => {
    const options = normalise({ url: testAddress('RABBITMQ_URL') + asked });
    const session = await openSession(options, 'test', new AbortController().signal);
    const { heartbeat } = session.model.connection as unknown as { heartbeat: number };
    await session.close();
    expect(heartbeat).toBe(10);
  },
);
