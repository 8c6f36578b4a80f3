import { claimOf, ClaimStore } from '@waybill/claim-check';
import { images, NotificationRequested, subscriptions } from '@waybill/contracts';
import {
  deadLetter,
  done,
  ignore,
  type CallsOutside,
  type Delivery,
  type Outcome,
  type PayloadOf,
} from '@waybill/messaging';
import { HandlesMessage } from '@waybill/messaging-nest';
import { KeptImages } from '../images/kept-images.js';
import { mailOf, type Image } from '../mails/mail.js';
import { Mailer } from '../mails/mailer.js';
import { MailsStore } from '../mails/mails.store.js';

type Payload = PayloadOf<typeof NotificationRequested>;
interface Notification {
  readonly id: string;
  readonly payload: Payload;
}

/**
 * Mails the invoice and its images. SMTP knows no idempotency key, so whoever dies between SMTP's 250 and our commit sends
 * the mail again: at least once, under one Message-ID. Everything short of that is kept from repeating by the inbox in
 * Redis, and what Redis has forgotten since by the row that each mail leaves.
 */
@HandlesMessage(NotificationRequested, { subscription: subscriptions.orderNotifications })
export class OnNotificationRequested implements CallsOutside<
  typeof NotificationRequested,
  Notification,
  void
> {
  constructor(
    private readonly claims: ClaimStore,
    private readonly images: KeptImages,
    private readonly mailer: Mailer,
    private readonly mails: MailsStore,
  ) {}

  async prepare({ payload, envelope: { id }, transaction }: Delivery<typeof NotificationRequested>) {
    if (await this.mails.isSent(id, transaction)) return ignore('mailed before');
    if (payload.image_s3_keys.length > images.mostInAMail)
      return deadLetter(`image_s3_keys: more than ${images.mostInAMail}`);
    return { call: { id, payload } };
  }

  async call({ id, payload }: Notification): Promise<void> {
    const [invoice, shown] = await Promise.all([this.invoice(payload), this.imagesOf(payload)]);
    await this.mailer.send(mailOf(id, payload, invoice, shown));
  }

  async conclude(
    { id, payload }: Notification,
    _sent: void,
    { transaction }: Delivery<typeof NotificationRequested>,
  ): Promise<Outcome> {
    await this.mails.wasSent(id, payload.orderId, payload.customerEmail, transaction);
    return done();
  }

  private async invoice(payload: Payload): Promise<string> {
    const claim = claimOf(payload, 'invoice');
    return claim ? Buffer.from(await this.claims.get(claim)).toString() : (payload.invoice ?? '');
  }

  private imagesOf({ image_s3_keys }: Payload): Promise<Image[]> {
    return Promise.all(image_s3_keys.map(async (key) => ({ key, content: await this.images.get(key) })));
  }
}
