import { Logger } from '@nestjs/common';
import { CancelPayment, PaymentRequested, RefundPayment } from '@waybill/contracts';
import { writeEnvelope, type Contract, type Message, type PayloadOf } from '@waybill/messaging';
import { Outbox } from '@waybill/outbox';
import { postgresAdapter, prismaDatabase, uuidV7, type PrismaDatabase } from '@waybill/service-kit';
import { throwawayDatabase } from '@waybill/test-kit';
import { PrismaClient } from '../generated/prisma/client.js';
import { outboxRoutes } from '../outbox-routes.js';
import { ClaimPayment } from '../payments/claim-payment.js';
import { ConcludePayment } from '../payments/conclude-payment.js';
import { OnCancelPayment } from '../payments/on-cancel-payment.handler.js';
import { OnPaymentRequested } from '../payments/on-payment-requested.handler.js';
import { PaymentsStore } from '../payments/payments.store.js';
import { PspClient } from '../psp/psp-client.js';
import { OnRefundPayment } from '../refunds/on-refund-payment.handler.js';
import { RefundsStore } from '../refunds/refunds.store.js';
import { PspServer } from './psp-server.js';

/** Beyond what holds up a busy machine: only a provider that hangs is to have an unknown outcome. */
export const pspTimeoutMs = 1_000;
const migrations = new URL('../../prisma/migrations', import.meta.url);

/** The service without brokers and HTTP: its handlers, a database of their own and the provider. */
export interface PaymentWorld {
  readonly url: string;
  readonly database: PrismaDatabase;
  readonly payments: PaymentsStore;
  readonly psp: PspServer;
  /** As one process has them; processes differ in nothing but may have leases of their own. */
  handlers(leaseMs?: number): {
    readonly onRequest: OnPaymentRequested;
    readonly onCancel: OnCancelPayment;
    readonly onRefund: OnRefundPayment;
  };
  /** Types of the events announced for an order. */
  announced(orderId: string): Promise<string[]>;
  /** As when the lease's time has passed. */
  expireLease(orderId: string): Promise<void>;
  close(): Promise<void>;
}

export async function openPaymentWorld(): Promise<PaymentWorld> {
  Logger.overrideLogger(false);
  const throwaway = await throwawayDatabase({ migrations });
  const psp = await PspServer.start();
  const client = new PrismaClient({ adapter: postgresAdapter({ url: throwaway.url }) });
  const database = prismaDatabase(client);
  const payments = new PaymentsStore(database);
  return {
    url: throwaway.url,
    database,
    payments,
    psp,
    handlers: (leaseMs = 60_000) => handlersOn(payments, psp, leaseMs),
    announced: async (orderId) => {
      const rows = await database.query<{ type: string }>(announcedSql, [orderId]);
      return rows.map(({ type }) => type);
    },
    expireLease: async (orderId) => void (await database.execute(expireLeaseSql, [orderId])),
    close: async () => {
      await psp.stop();
      await client.$disconnect();
      await throwaway.drop();
    },
  };
}

function handlersOn(payments: PaymentsStore, psp: PspServer, leaseMs: number) {
  const claims = new ClaimPayment(payments, leaseMs);
  const pspClient = new PspClient({ url: psp.url, timeoutMs: pspTimeoutMs });
  const outbox = new Outbox({ source: '/waybill/payment', routes: outboxRoutes });
  const conclusions = new ConcludePayment(payments, outbox);
  return {
    onRequest: new OnPaymentRequested(claims, pspClient, conclusions),
    onCancel: new OnCancelPayment(claims, pspClient, conclusions),
    onRefund: new OnRefundPayment(new RefundsStore(), payments, pspClient, outbox),
  };
}

const announcedSql = `
  SELECT attributes->>'type' AS type FROM outbox WHERE attributes->>'subject' = $1 ORDER BY number`;
const expireLeaseSql = `
  UPDATE payments SET lease_until = now() - interval '1 s' WHERE order_id = $1::uuid AND claim_token IS NOT NULL`;

/** An order's two commands, as the order service would send them. */
export function commandsOf(orderId: string = uuidV7()) {
  const customerId = '00042';
  const request = { orderId, customerId, amountCents: 1_177, currency: 'USD' };
  const cancel = { orderId, customerId, because: 'expired' };
  const refund = { orderId, customerId, because: 'cancelled' };
  return {
    orderId,
    request,
    cancel,
    refund,
    requestMessage: messageOf(PaymentRequested, request, orderId),
    refundMessage: messageOf(RefundPayment, refund, orderId),
    cancelMessage: messageOf(CancelPayment, cancel, orderId),
  };
}

export function messageOf<C extends Contract>(contract: C, payload: PayloadOf<C>, subject: string): Message {
  const attributes = writeEnvelope({
    id: uuidV7(),
    type: contract.type,
    source: '/waybill/order',
    subject,
    time: new Date().toISOString(),
    dataschema: contract.dataschema,
    sequence: 1,
  });
  return { key: '00042', attributes, headers: {}, body: contract.encode(payload) };
}
