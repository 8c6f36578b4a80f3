import { deliveryNotices } from '@waybill/contracts';
import {
  isIndexable,
  keepable,
  UndecodableError,
  type DeliveryNotice,
  type Envelope,
  type Message,
} from '@waybill/messaging';

/** A notice as it is kept; of what nobody can read, that it was there. */
export interface RecordedNotice extends Partial<Omit<DeliveryNotice, 'kind'>> {
  readonly noticeId: string;
  readonly kind: string;
  readonly subject: string;
  readonly subscription: string;
  readonly type: string;
  readonly address: string;
  readonly at: string;
}

export function readNotice(envelope: Envelope, message: Message): RecordedNotice {
  const contract = Object.values(deliveryNotices).find(({ type }) => type === envelope.type);
  try {
    if (contract) return { noticeId: envelope.id, ...kept(contract.decode(message) as DeliveryNotice) };
  } catch (error) {
    return unreadable(envelope, error instanceof Error ? error.message : String(error));
  }
  return unreadable(envelope, `no contract for type "${envelope.type.slice(0, 80)}"`);
}

const longestReason = 1_024;
const mostAttempts = 2 ** 31 - 1;

function unreadable({ id, subject, source, time }: Envelope, because: string): RecordedNotice {
  const at = isKept(time) ? time : new Date(0).toISOString();
  const about = { subject, subscription: '', type: '', address: source, at };
  return { noticeId: id, kind: 'unreadable', ...about, because: keepable(because, longestReason) };
}

/** What the contract lets through and the table refuses would be tried again for ever. */
function kept(notice: DeliveryNotice): DeliveryNotice {
  const { subject, subscription, at, dueAt = at, attempts = 0 } = notice;
  const rules: [holds: boolean, rule: string][] = [
    [isIndexable(subject) && isIndexable(subscription), 'subject or subscription is too long'],
    [isKept(at) && isKept(dueAt), 'at or dueAt is in no year from 1 to 9999'],
    [Math.abs(attempts) <= mostAttempts, 'attempts is too large'],
  ];
  const broken = rules.find(([holds]) => !holds);
  if (broken) throw new UndecodableError(`delivery.${notice.kind}: ${broken[1]}`);
  return notice;
}

function isKept(instant: string): boolean {
  const year = new Date(instant).getUTCFullYear();
  return year >= 1 && year <= 9_999;
}
