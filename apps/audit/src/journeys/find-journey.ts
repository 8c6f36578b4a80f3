import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type PrismaDatabase } from '@waybill/service-kit';
import { journeyOf, type Journey, type StepRow } from './journey.js';

/** Both rails by their index of orders, and what befell deliveries on the way. Events of one millisecond stand in the order in which they were recorded. */
const stepsSql = `
  SELECT type, key, 'kafka' AS rail, address, "partition", "offset", message_id::text AS "messageId", sequence,
         traceparent, occurred_at AS "occurredAt", recorded_at AS "recordedAt",
         NULL::text AS subscription, NULL::text AS because, NULL::int AS attempts, NULL::text AS result
  FROM audit_log WHERE order_id = $1
  UNION ALL
  SELECT type, key, 'rabbitmq', rabbitmq_address, NULL, NULL, message_id::text, rabbitmq_sequence,
         traceparent, occurred_at, on_rabbitmq_at, NULL, NULL, NULL, NULL
  FROM rail_sightings WHERE order_id = $1 AND on_rabbitmq_at IS NOT NULL
  UNION ALL
  SELECT 'delivery.' || kind, '', 'kafka', address, NULL, NULL, message_id::text, 0, traceparent, told_at, recorded_at,
         subscription, because, attempts, result
  FROM delivery_notices WHERE subject = $1
  ORDER BY "occurredAt", "recordedAt", rail`;

@Injectable()
export class FindJourney {
  constructor(@Inject(DATABASE) private readonly database: PrismaDatabase) {}

  async of(orderId: string): Promise<Journey | undefined> {
    const [first, ...rest] = await this.database.query<StepRow>(stepsSql, [orderId.toLowerCase()]);
    return first && journeyOf(orderId, [first, ...rest]);
  }
}
