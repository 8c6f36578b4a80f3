import { Inject, Injectable } from '@nestjs/common';
import type { SqlTransaction } from '@waybill/messaging';
import { DATABASE, type PrismaDatabase } from '@waybill/service-kit';

export interface SentMail {
  readonly messageId: string;
  readonly recipient: string;
  readonly sentAt: Date;
}

interface MailRow {
  readonly message_id: string;
  readonly recipient: string;
  readonly sent_at: Date;
}

/** A mail that was sent twice is written down once, with the first time. */
const insertSql = `
  INSERT INTO mails (message_id, order_id, recipient) VALUES ($1::uuid, $2::uuid, $3)
  ON CONFLICT (message_id) DO NOTHING`;

const isSentSql = 'SELECT EXISTS (SELECT FROM mails WHERE message_id = $1::uuid) AS sent';

const ofOrderSql = `
  SELECT message_id, recipient, sent_at FROM mails WHERE order_id = $1::uuid ORDER BY sent_at, message_id`;

@Injectable()
export class MailsStore {
  constructor(@Inject(DATABASE) private readonly database: PrismaDatabase) {}

  async wasSent(
    messageId: string,
    orderId: string,
    recipient: string,
    transaction: SqlTransaction,
  ): Promise<void> {
    await transaction.execute(insertSql, [messageId, orderId, recipient]);
  }

  async isSent(messageId: string, transaction: SqlTransaction): Promise<boolean> {
    const [found] = await transaction.query<{ sent: boolean }>(isSentSql, [messageId]);
    return found!.sent;
  }

  async ofOrder(orderId: string): Promise<SentMail[]> {
    const rows = await this.database.query<MailRow>(ofOrderSql, [orderId]);
    return rows.map(({ message_id, recipient, sent_at }) => ({
      messageId: message_id,
      recipient,
      sentAt: sent_at,
    }));
  }
}
