import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { claims } from '@waybill/contracts';
import { uuidV7 } from '@waybill/service-kit';
import { eventually } from '@waybill/test-kit';
import {
  invoice,
  NotificationWorld,
  request,
  traceIdOf,
  type Requested,
} from './testing/notification-world.js';

let world: NotificationWorld;
beforeAll(async () => void (world = await NotificationWorld.open()));
afterAll(() => world.close());

/** Of a dead letter: the line is there, and the address in no line and no header. */
async function expectToldInItsTrace(requested: Requested): Promise<void> {
  const told = {
    msg: 'message deadLettered',
    trace_id: traceIdOf(requested.id),
    span_id: 'b7ad6b7169203331',
  };
  await eventually(() => expect(world.told(requested)).toContainEqual(expect.objectContaining(told)));
  expect(world.lines.join()).not.toContain(requested.customerEmail);
  expect(JSON.stringify((await world.deathOf(requested)).headers)).not.toContain(requested.customerEmail);
}

test('a mailbox that does not exist is a dead letter, and whose it was is told nowhere beside it', async () => {
  const requested = request();
  world.mailServer.refused.set(requested.customerEmail, 550);
  await world.publish(requested);
  const { headers } = await world.deathOf(requested);
  expect(headers['exception.message']).toContain('<[personal]>: no such mailbox');
  await expectToldInItsTrace(requested);
});

test('a message whose address is none is a dead letter that tells the rule and not the address', async () => {
  const requested = request();
  const wrong = requested.customerEmail.replace('@', ' at ');
  const body = Buffer.from(
    Buffer.from(requested.message.body).toString().replace(requested.customerEmail, wrong),
  );
  const altered = { ...requested, customerEmail: wrong, message: { ...requested.message, body } };
  await world.publish(altered);
  const { headers } = await world.deathOf(altered);
  expect(headers['exception.message']).toContain('customerEmail: Invalid email address');
  await expectToldInItsTrace(altered);
});

test('an invoice that is not the one that was sent, or gone, is a dead letter, and nobody is mailed', async () => {
  const { key, bytes, encoding } = await world.store.put(uuidV7(), 'invoice', Buffer.from(invoice));
  const other = { invoice_sha256: '0'.repeat(64), invoice_bytes: bytes, invoice_encoding: encoding };
  const altered = request({ ...other, invoice_s3_key: key });
  const gone = request({ ...other, invoice_s3_key: `${claims.prefix}/${uuidV7()}/invoice` });
  await world.publish(altered);
  await world.publish(gone);
  expect((await world.deathOf(altered)).headers).toMatchObject({ 'exception.type': 'ClaimAlteredError' });
  expect((await world.deathOf(gone)).headers).toMatchObject({ 'exception.type': 'ClaimMissingError' });
  expect([altered, gone].flatMap(({ customerEmail }) => world.mailServer.to(customerEmail))).toEqual([]);
});
