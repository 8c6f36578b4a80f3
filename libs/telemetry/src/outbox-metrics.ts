import type { MessagingEvent, MessagingEvents } from '@waybill/messaging';
import { counterOf, show } from './instruments.js';
import { LastLook } from './last-look.js';
import { outboxMetrics as registered } from './registry/outbox-metrics.js';

type Look = Extract<MessagingEvent, { kind: 'outbox' }>;

/** Three looks: what was told longer ago is unknown by now. */
const believedMs = 15_000;

const sent = counterOf(registered.sent);

/** Derives metrics from what is told of the outbox. Make it after `startTelemetry`. */
export function outboxMetrics(now: () => number = Date.now): MessagingEvents {
  const last = new LastLook<Look>(believedMs, now);
  const known = () => (last.known ? [last.known] : []);
  const each = (valueOf: (look: Look) => number) => () =>
    known().map((look) => ({ value: valueOf(look), attributes: {} }));
  show(
    registered.rows,
    each(({ rows }) => rows),
  );
  show(
    registered.refusedRows,
    each(({ refused }) => refused),
  );
  show(
    registered.oldestAge,
    each(({ oldestAgeMs }) => oldestAgeMs / 1_000),
  );
  show(registered.heldBack, () => known().flatMap(({ heldBackBy }) => heldBackBy.map(heldBack)));
  return {
    emit: (event) => {
      if (event.kind === 'outbox') last.found(event);
      if (event.kind === 'published') countSent(event);
      if (event.kind === 'connection') sent.add(0, { 'messaging.system': event.broker });
    },
  };
}

const heldBack = ({ pid, ageMs }: Look['heldBackBy'][number]) => ({
  value: ageMs / 1_000,
  attributes: { pid },
});

function countSent({
  broker,
  count,
  refused,
  unknown,
}: Extract<MessagingEvent, { kind: 'published' }>): void {
  const system = { 'messaging.system': broker };
  sent.add(count, system);
  if (refused > 0) sent.add(refused, { ...system, 'error.type': 'refused' });
  if (unknown > 0) sent.add(unknown, { ...system, 'error.type': 'unknown' });
}
