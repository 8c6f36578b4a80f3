import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { createTransport, type Transporter } from 'nodemailer';
import type { Mail } from './mail.js';
import { smtpFailure } from './smtp-failure.js';

export const MAILER_OPTIONS = Symbol('MailerOptions');

export interface MailerOptions {
  /** `smtp://[user:password@]host:port`, or `smtps://` for TLS from the first byte. */
  readonly url: string;
  readonly from: string;
  readonly timeoutMs: number;
}

/** Hands mails to an SMTP server over a few connections that stay open. */
@Injectable()
export class Mailer implements OnApplicationShutdown {
  private readonly transport: Transporter;

  constructor(@Inject(MAILER_OPTIONS) private readonly options: MailerOptions) {
    const { url, timeoutMs } = options;
    this.transport = createTransport({
      url,
      pool: true,
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
    } as Parameters<typeof createTransport>[0]);
  }

  /** Resolves when the server has taken it; rejects with what that costs (`smtpFailure`). */
  async send({ messageId, to, subject, text, invoice }: Mail): Promise<void> {
    const attachments = [{ ...invoice, contentType: 'text/html; charset=utf-8' }];
    await this.transport
      .sendMail({ from: this.options.from, to, subject, text, messageId, attachments })
      .catch((error: unknown) => {
        throw smtpFailure(error);
      });
  }

  onApplicationShutdown(): void {
    this.transport.close();
  }
}
