import { v7 } from 'uuid';
import { keys } from './event.ts';
import type { Events } from './queue.ts';

/** The same envelope as the outbox writes, as Kafka headers; `sequence` counts per key. */
export function toHeaders(events: Events): Record<string, string>[] {
  return events.map(({ contract, subject, payload: { number } }) => ({
    'content-type': 'application/json',
    ce_specversion: '1.0',
    ce_id: v7(),
    ce_type: contract.type,
    ce_source: '/bench',
    ce_subject: subject,
    ce_time: new Date().toISOString(),
    ce_dataschema: contract.dataschema,
    ce_sequence: String(1 + Math.floor(number / keys)),
  }));
}
