import { Inject, Injectable, Optional } from '@nestjs/common';
import { DATABASE, type PrismaDatabase } from '@waybill/service-kit';
import { unseal } from '../people/seal.js';
import { personalIn } from '../people/without-personal.js';
import { journeyOf, type Journey, type StepRow } from './journey.js';

/** Where journeys link to; without it they do not. */
export const JAEGER_URL = Symbol('Jaeger URL');

type FoundRow = Omit<StepRow, 'personal'> & {
  readonly body: Uint8Array | null;
  readonly sealed: Uint8Array | null;
  readonly customerKey: Uint8Array | null;
};

/** Both rails by their index of orders, and what befell deliveries on the way. Events of one millisecond stand in the order in which they were recorded. */
const stepsSql = `
  SELECT type, key, 'kafka' AS rail, address, "partition", "offset", message_id::text AS "messageId", sequence,
         traceparent, occurred_at AS "occurredAt", recorded_at AS "recordedAt",
         NULL::text AS subscription, NULL::text AS because, NULL::int AS attempts, NULL::text AS result,
         body, sealed, (SELECT customer_keys.key FROM customer_keys WHERE customer_id = audit_log.key) AS "customerKey"
  FROM audit_log WHERE order_id = $1
  UNION ALL
  SELECT type, key, 'rabbitmq', rabbitmq_address, NULL, NULL, message_id::text, rabbitmq_sequence,
         traceparent, occurred_at, on_rabbitmq_at, NULL, NULL, NULL, NULL, NULL, NULL, NULL
  FROM rail_sightings WHERE order_id = $1 AND on_rabbitmq_at IS NOT NULL
  UNION ALL
  SELECT 'delivery.' || kind, '', 'kafka', address, NULL, NULL, message_id::text, 0, traceparent, told_at, recorded_at,
         subscription, because, attempts, result, NULL, NULL, NULL
  FROM delivery_notices WHERE subject = $1
  ORDER BY "occurredAt", "recordedAt", rail`;

@Injectable()
export class FindJourney {
  constructor(
    @Inject(DATABASE) private readonly database: PrismaDatabase,
    @Optional() @Inject(JAEGER_URL) private readonly jaegerUrl?: string,
  ) {}

  async of(orderId: string): Promise<Journey | undefined> {
    const rows = await this.database.query<FoundRow>(stepsSql, [orderId.toLowerCase()]);
    const [first, ...rest] = rows.map(withPersonal);
    return first && journeyOf(orderId, [first, ...rest], this.jaegerUrl);
  }
}

/** Out of the original bytes while their key is there, else out of what was kept without it. */
function withPersonal({ body, sealed, customerKey, ...row }: FoundRow): StepRow {
  const original = sealed && customerKey ? unseal(sealed, customerKey, row.messageId) : undefined;
  return { ...row, personal: personalIn(row.type, original ?? body ?? new Uint8Array()) };
}
