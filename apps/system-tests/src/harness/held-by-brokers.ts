import { expect } from '@jest/globals';
import { eventually } from '@waybill/test-kit';
import type { Outside } from './outside.js';

export const notifications = 'order-notifications.fifo';
const queues = [
  'order_processing',
  'order_audit_queue',
  'payment_queue',
  'order_expiry',
  'order_expiry.wait',
];

/** All that is on its way, in brokers and on the way to them. */
export class HeldByBrokers {
  constructor(
    private readonly outside: Pick<Outside, 'system' | 'databases' | 'kafka' | 'rabbitmq' | 'sqs'>,
  ) {}

  untilNothing(): Promise<void> {
    const { databases, kafka, rabbitmq, sqs } = this.outside;
    return eventually(async () => {
      expect(await databases.count('ORDERS', 'outbox')).toBe(0);
      expect(await databases.count('PAYMENTS', 'outbox')).toBe(0);
      expect(await kafka.lag('audit', 'order-events', 'payments')).toBe(0);
      expect(await kafka.lag('order-processing-group', 'payments')).toBe(0);
      expect(await rabbitmq.ready('order_processing', 'order_audit_queue', 'payment_queue')).toBe(0);
      expect(await sqs.unsettled(notifications)).toBe(0);
    }, 90_000);
  }

  /** No service runs meanwhile. The audit's own memory goes too: it is to be built anew. */
  async loseWithAudit(): Promise<void> {
    const { system, databases, kafka, rabbitmq, sqs } = this.outside;
    await kafka.loseEverything();
    await rabbitmq.lose(...queues);
    await sqs.lose(notifications);
    await databases.query('AUDIT', 'TRUNCATE audit_log, rail_sightings, inbox, inbox_bodies');
    await databases.query('AUDIT', "UPDATE audit_head SET n = 0, hash = decode(repeat('00', 32), 'hex')");
    await system.declareAddresses();
  }
}
