import { expect, test } from '@jest/globals';
import { eventually } from '@waybill/test-kit';
import { randomUUID } from 'node:crypto';
import { rabbitmqEnvelope } from '../harness/cloud-event.js';
import type { Outside } from '../harness/outside.js';
import { waybill } from '../harness/waybill-command.js';

/** What a person does about a dead letter, from the command line. */
export function operations({ system, rabbitmq }: Outside): void {
  const command = (...args: readonly string[]) => waybill(system.environment, 'dead-letters', ...args);
  const listed = async () => {
    const letters = JSON.parse((await command('list', '--json')).stdout) as { messageId?: string }[];
    return letters.map(({ messageId }) => messageId);
  };

  test('a dead letter that is replayed fails again, and is gone once it is given up', async () => {
    const id = randomUUID();
    const body = Buffer.from(JSON.stringify({ orderId: id, customerId: 'c', amountCents: -5 }));
    const headers = rabbitmqEnvelope({ id, type: 'payment.requested', subject: id });
    await rabbitmq.send('payment_queue', body, { messageId: id, headers });
    await eventually(async () => expect(await listed()).toContain(id), 30_000);

    const why = ['--reason', 'an end-to-end test'];
    expect(await command('replay', id, ...why)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('failed again'),
    });
    expect(await command('discard', id, ...why)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('discarded'),
    });
    expect(await listed()).not.toContain(id);
  }, 120_000);
}
