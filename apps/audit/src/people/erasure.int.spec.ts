import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { OrderCreated } from '@waybill/contracts';
import { createService, DATABASE, ServiceLogger, uuidV7, type RunningService } from '@waybill/service-kit';
import { AuditWorld } from '../testing/audit-world.js';
import { eventOf, type TestEvent } from '../testing/test-events.js';
import { ErasePersonalData } from './erase-personal-data.js';
import { PersonalDataController } from './personal-data.controller.js';

class PeopleOnly {}

let world: AuditWorld;
let service: RunningService;

beforeAll(async () => {
  world = await AuditWorld.open();
  const providers = [ErasePersonalData, { provide: DATABASE, useValue: world.database }];
  service = await createService(
    { module: PeopleOnly, controllers: [PersonalDataController], providers },
    { name: 'audit', port: 0, logger: new ServiceLogger('audit', 'fatal') },
  );
});
afterAll(async () => {
  await service.stop();
  await world.close();
});

interface Facts {
  readonly key: string;
  readonly orderId?: string;
  readonly time?: string;
  readonly customerEmail?: string | null;
  readonly dataschema?: string;
  readonly body?: string;
}

function created({ key, orderId = uuidV7(), time, dataschema, ...change }: Facts): TestEvent {
  const { customerEmail = `${key}@example.com`, body } = change;
  const payload = { ...OrderCreated.example, orderId, customerId: key, customerEmail };
  const event = eventOf({ key, orderId, ...(time && { time }), body: body ?? JSON.stringify(payload) });
  return { ...event, attributes: { ...event.attributes, dataschema: dataschema ?? OrderCreated.dataschema } };
}

const orderIdOf = ({ attributes }: TestEvent) => attributes['subject']!;
const personalOf = async (event: TestEvent) =>
  (await world.journeys.of(orderIdOf(event)))!.steps.map(({ personal }) => personal);
const erase = (customer: string, headers: Record<string, string> = { 'waybill-actor': 'ops' }) =>
  fetch(`${service.url}/customers/${customer}/personal-data`, { method: 'DELETE', headers });
const inTheClear = async (text: string) => {
  const rows = await world.database.query<{ n: bigint }>(
    `SELECT n FROM audit_log WHERE position(convert_to($1, 'UTF8') IN body) > 0
       OR position(convert_to($1, 'UTF8') IN coalesce(sealed, '')) > 0`,
    [text],
  );
  return rows.length;
};
const row = async (event: TestEvent) => {
  const [found] = await world.database.query<{ body: Uint8Array; sealed: Uint8Array | null }>(
    'SELECT body, sealed FROM audit_log WHERE order_id = $1',
    [orderIdOf(event)],
  );
  return found!;
};

describe('what an event tells of a customer', () => {
  test('is never chained in the clear, and is told while its key is there', async () => {
    const event = created({ key: 'ann' });
    await world.deliver('kafka', event, created({ key: 'bea' }));
    expect(await inTheClear('ann@example.com')).toBe(0);
    expect(await personalOf(event)).toEqual([{ customerEmail: 'ann@example.com' }]);
    expect(JSON.parse(Buffer.from((await row(event)).body).toString())).toMatchObject({
      customerId: 'ann',
      customerEmail: 'erased',
      totalCents: OrderCreated.example.totalCents,
    });
  });

  test('is sealed beside events that tell nothing, in one batch', async () => {
    const customers = Array.from({ length: 40 }, (_, n) => `batch-${n}`);
    const events = customers.map((key, n) => created({ key, ...(n % 3 === 0 && { customerEmail: null }) }));
    await world.deliver('kafka', ...events);
    const told = await Promise.all(events.map(personalOf));
    expect(told).toEqual(
      customers.map((key, n) => [n % 3 === 0 ? undefined : { customerEmail: `${key}@example.com` }]),
    );
    expect(await world.verify()).toMatchObject({ ok: true });
  });

  test('is nothing when no address was given: then the bytes stay as they came', async () => {
    const event = created({ key: 'anon', customerEmail: null });
    await world.deliver('kafka', event);
    expect(await row(event)).toMatchObject({ sealed: null });
    expect(Buffer.from((await row(event)).body)).toEqual(event.body);
    expect(await personalOf(event)).toEqual([undefined]);
  });

  test.each([
    ['a version to come', { dataschema: 'urn:waybill:order.created:v9' }],
    ['no known shape', { body: '{"customerEmail":["cid@example.com"]}' }],
    ['no JSON', { body: 'cid@example.com' }],
  ])('is sealed whole in bytes of %s', async (_, change) => {
    const event = created({ key: 'cid', ...change });
    await world.deliver('kafka', event);
    expect(await inTheClear('cid@example.com')).toBe(0);
    expect(Buffer.from((await row(event)).body)).toHaveLength(0);
  });
});

describe('an erasure', () => {
  test('leaves the chain whole, journeys without the field, and other customers alone', async () => {
    const [mine, other] = [created({ key: 'dan' }), created({ key: 'eve' })];
    await world.deliver('kafka', mine, other);
    await world.publishHead.publish();
    const before = await world.verify();
    expect(before.ok).toBe(true);

    const answer = await erase('dan');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ customerId: 'dan', erasedBy: 'ops' });
    expect(await personalOf(mine)).toEqual([{ customerEmail: 'erased' }]);
    expect(await personalOf(other)).toEqual([{ customerEmail: 'eve@example.com' }]);
    expect(await world.verify()).toEqual(before);
    await world.deliver('kafka', created({ key: 'eve' }));
    expect(await world.verify()).toEqual({ ok: true, events: before.events + 1 });
  });

  test('asked for again answers the one that was', async () => {
    await world.deliver('kafka', created({ key: 'fay' }));
    const first = await (await erase('fay')).json();
    expect(await (await erase('fay', { 'waybill-actor': 'somebody-else' })).json()).toEqual(first);
  });

  test('of what had not come yet holds when it comes', async () => {
    await erase('gus');
    const late = created({ key: 'gus', time: new Date(Date.now() - 60_000).toISOString() });
    await world.deliver('kafka', late);
    expect(await row(late)).toMatchObject({ sealed: null });
    expect(await inTheClear('gus@example.com')).toBe(0);
    expect(await personalOf(late)).toEqual([{ customerEmail: 'erased' }]);
  });

  test('does not end a customer: a later order is told again, an earlier one is not', async () => {
    const earlier = created({ key: 'hal' });
    await world.deliver('kafka', earlier);
    const { erasedAt } = (await (await erase('hal')).json()) as { erasedAt: string };
    const time = new Date(Date.parse(erasedAt) + 1_000).toISOString();
    const later = created({ key: 'hal', time });
    await world.deliver('kafka', later);
    expect(await personalOf(later)).toEqual([{ customerEmail: 'hal@example.com' }]);
    expect(await personalOf(earlier)).toEqual([{ customerEmail: 'erased' }]);

    await erase('hal');
    expect(await personalOf(later)).toEqual([{ customerEmail: 'erased' }]);
    expect(await world.verify()).toMatchObject({ ok: true });
  });

  test.each([
    ['nobody asks', {}, 'Waybill-Actor'],
    ['the actor is no name', { 'waybill-actor': 'two words' }, 'Waybill-Actor'],
  ])('is refused when %s', async (_, headers, field) => {
    const answer = await erase('ida', headers as Record<string, string>);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ field }] });
  });
});

test('a message of version 1, as it was recorded, is chained as it came', async () => {
  const file = new URL('../../../../libs/contracts/recorded/order.created.v1.json', import.meta.url);
  const { bodyBase64, ...message } = JSON.parse(await readFile(file, 'utf8'));
  const event = { ...message, body: Buffer.from(bodyBase64, 'base64') };
  await world.deliver('kafka', event);
  expect(Buffer.from((await row(event)).body)).toEqual(event.body);
  expect(await world.journeys.of(orderIdOf(event))).toMatchObject({ customerId: '42', status: 'PENDING' });
});

test('sealed bytes that were altered, or taken away, break the chain', async () => {
  const event = created({ key: 'joy' });
  await world.deliver('kafka', event);
  const { events } = await world.verify();
  await world.tamper(`UPDATE audit_log SET sealed = sealed || '\\x00' WHERE n = ${events}`);
  expect(await world.verify()).toMatchObject({ ok: false, brokenAt: events, problem: 'altered-row' });
  await world.tamper(`UPDATE audit_log SET sealed = NULL WHERE n = ${events}`);
  expect(await world.verify()).toMatchObject({ ok: false, brokenAt: events, problem: 'altered-row' });
});
