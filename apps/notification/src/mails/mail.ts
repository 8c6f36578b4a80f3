import { contentIdOf, imageTypeOf, type NotificationRequested } from '@waybill/contracts';
import type { PayloadOf } from '@waybill/messaging';

/** A mail before it is sent, by nodemailer's names. */
export interface Mail {
  /** The same for every copy, so that a mail program shows one. */
  readonly messageId: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly attachments: readonly Attachment[];
}

export interface Attachment {
  readonly filename: string;
  readonly contentType: string;
  readonly content: Buffer;
  /** Of what belongs into the page instead of beside the mail. */
  readonly cid?: string;
}

export interface Image {
  readonly key: string;
  readonly content: Uint8Array;
}

/** The invoice is the page that is read, with its images in their places, and a file to keep. */
export function mailOf(
  id: string,
  { orderId, customerEmail }: PayloadOf<typeof NotificationRequested>,
  invoice: string,
  images: readonly Image[],
): Mail {
  const inline = images.map(inlineImage);
  return {
    messageId: `<${id}@waybill>`,
    to: customerEmail,
    subject: `Your order ${orderId} is confirmed`,
    text: `Thank you for your order ${orderId}. It is paid and on its way; the invoice is attached.\n`,
    html: invoice,
    attachments: [
      {
        filename: `invoice-${orderId}.html`,
        contentType: 'text/html; charset=utf-8',
        content: Buffer.from(standingAlone(invoice, inline)),
      },
      ...inline,
    ],
  };
}

type InlineImage = Attachment & { readonly cid: string };

function inlineImage({ key, content }: Image): InlineImage {
  return {
    filename: key.slice(key.lastIndexOf('/') + 1),
    contentType: imageTypeOf(key) ?? 'application/octet-stream',
    content: Buffer.from(content),
    cid: contentIdOf(key),
  };
}

/** A file has no mail around it in which `cid:` would mean anything, so it holds its images itself. */
function standingAlone(invoice: string, images: readonly InlineImage[]): string {
  return images.reduce(
    (page, { cid, contentType, content }) =>
      page.replaceAll(`src="cid:${cid}"`, `src="data:${contentType};base64,${content.toString('base64')}"`),
    invoice,
  );
}
