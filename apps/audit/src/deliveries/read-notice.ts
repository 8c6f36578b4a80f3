import { deliveryNotices } from '@waybill/contracts';
import type { DeliveryNotice, Envelope, Message } from '@waybill/messaging';

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
    if (contract) return { noticeId: envelope.id, ...(contract.decode(message) as DeliveryNotice) };
  } catch (error) {
    return unreadable(envelope, error instanceof Error ? error.message : String(error));
  }
  return unreadable(envelope, `no contract for type "${envelope.type.slice(0, 80)}"`);
}

function unreadable({ id, subject, source, time }: Envelope, because: string): RecordedNotice {
  const about = { subject, subscription: '', type: '', address: source, at: time };
  return { noticeId: id, kind: 'unreadable', ...about, because: because.slice(0, 1_024) };
}
