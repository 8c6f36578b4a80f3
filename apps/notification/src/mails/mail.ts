import type { NotificationRequested } from '@waybill/contracts';
import type { PayloadOf } from '@waybill/messaging';

/** A mail before it is sent. */
export interface Mail {
  /** The same for every copy, so that a mail program shows one. */
  readonly messageId: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly invoice: { readonly filename: string; readonly content: Buffer };
}

export function mailOf(
  id: string,
  { orderId, customerEmail }: PayloadOf<typeof NotificationRequested>,
  invoice: Uint8Array,
): Mail {
  return {
    messageId: `<${id}@waybill>`,
    to: customerEmail,
    subject: `Your order ${orderId} is confirmed`,
    text: `Thank you for your order ${orderId}. It is paid and on its way; the invoice is attached.\n`,
    invoice: { filename: `invoice-${orderId}.html`, content: Buffer.from(invoice) },
  };
}
