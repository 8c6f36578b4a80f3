import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { connectMessaging } from '@waybill/messaging-nest';
import {
  createService,
  DATABASE,
  type PrismaDatabase,
  ServiceLogger,
  uuidV7,
  type RunningService,
} from '@waybill/service-kit';
import { throwawayDatabase, type ThrowawayDatabase } from '@waybill/test-kit';
import { PaymentModule } from './payment.module.js';

const nobodyListens = '127.0.0.1:1';
let throwaway: ThrowawayDatabase;
let service: RunningService;

beforeAll(async () => {
  throwaway = await throwawayDatabase({ migrations: new URL('../prisma/migrations', import.meta.url) });
  const settings = {
    PORT: 0,
    DATABASE_URL: throwaway.url,
    KAFKA_BROKERS: [nobodyListens],
    RABBITMQ_URL: `amqp://${nobodyListens}`,
    PSP_URL: `http://${nobodyListens}`,
    PSP_TIMEOUT_MS: 1_000,
    PAYMENT_LEASE_MS: 3_000,
  };
  service = await createService(PaymentModule.with(settings), {
    name: 'payment',
    port: 0,
    logger: new ServiceLogger('payment', 'silent'),
    connect: connectMessaging,
  });
  Logger.overrideLogger(false);
});

afterAll(async () => {
  await service.stop();
  await throwaway.drop();
});

const get = async (path: string) => {
  const response = await fetch(service.url + path);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

describe('the payment service', () => {
  test('is ready without its brokers, and says that they are away', async () => {
    const { status, body } = await get('/health/ready');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'ok',
      reports: {
        kafka: { state: expect.stringMatching(/connecting|disconnected/) },
        rabbitmq: { state: expect.stringMatching(/connecting|disconnected/) },
      },
    });
  });

  test('shows a payment by its order', async () => {
    const [orderId, paymentId] = [uuidV7(), uuidV7()];
    await insert(orderId, paymentId);
    expect(await get(`/payments/${orderId}`)).toEqual({
      status: 200,
      body: {
        orderId,
        paymentId,
        customerId: '00042',
        amountCents: 1_177,
        currency: 'USD',
        state: 'unknown',
        because: 'psp-answered: 503',
        asks: 3,
        askedSince: '2026-11-24T10:00:00.000Z',
      },
    });
  });

  test('names what it does not have, and what is no order', async () => {
    expect(await get(`/payments/${uuidV7()}`)).toMatchObject({
      status: 404,
      body: { title: 'No such payment' },
    });
    const { status, body } = await get('/payments/4711');
    expect(status).toBe(400);
    expect(body).toMatchObject({ errors: [{ field: 'orderId' }] });
  });

  test('says how a message stands with its queue, and answers wrong questions with problems', async () => {
    const id = uuidV7();
    const database: PrismaDatabase = service.app.get(DATABASE);
    const handled = `INSERT INTO inbox VALUES ('payment_queue', $1::uuid, '\\x00', '2026-11-24T10:00:00Z')`;
    await database.execute(handled, [id]);
    expect(await get(`/deliveries/payment_queue/${id}`)).toEqual({
      status: 200,
      body: { state: 'handled', at: '2026-11-24T10:00:00.000Z' },
    });
    const instance = `/deliveries/order_processing/${id}`;
    expect(await get(instance)).toMatchObject({ status: 404, body: { status: 404, instance } });
    expect(await get('/deliveries/payment_queue/4711')).toMatchObject({
      status: 400,
      body: { status: 400, errors: [{ field: 'messageId', rule: 'invalid_format' }] },
    });
  });

  test('describes its interface', async () => {
    const { body } = await get('/docs-json');
    expect(body['paths']).toHaveProperty(['/payments/{orderId}', 'get']);
    expect(body['paths']).toHaveProperty(['/deliveries/{subscription}/{messageId}', 'get']);
  });
});

async function insert(orderId: string, paymentId: string): Promise<void> {
  const database: PrismaDatabase = service.app.get(DATABASE);
  await database.execute(
    `INSERT INTO payments (order_id, payment_id, customer_id, amount_cents, currency, state, because, asks, asked_since)
     VALUES ($1::uuid, $2::uuid, '00042', 1177, 'USD', 'unknown', 'psp-answered: 503', 3, '2026-11-24T10:00:00Z')`,
    [orderId, paymentId],
  );
}
