import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { SpanKind, trace } from '@opentelemetry/api';
import { inSpan, serverAttributes, type SpanDescription } from '@waybill/messaging';
import { createTransport, type Transporter } from 'nodemailer';
import { sendingInOnePiece } from './in-one-piece.js';
import type { Mail } from './mail.js';
import { smtpFailure } from './smtp-failure.js';

export const MAILER_OPTIONS = Symbol('MailerOptions');

export interface MailerOptions {
  /** `smtp://[user:password@]host:port`, or `smtps://` for TLS from the first byte. */
  readonly url: string;
  readonly from: string;
  readonly timeoutMs: number;
}

const tracer = trace.getTracer('@waybill-apps/notification');

/** Hands mails to an SMTP server over a few connections that stay open. */
@Injectable()
export class Mailer implements OnApplicationShutdown {
  private readonly transport: Transporter;

  /** Neither whom it goes to nor what it says. */
  private readonly span: SpanDescription = {
    name: 'send mail',
    kind: SpanKind.CLIENT,
    attributes: () => ({ 'network.protocol.name': 'smtp', ...serverAttributes(this.options.url) }),
  };

  constructor(@Inject(MAILER_OPTIONS) private readonly options: MailerOptions) {
    const { url, timeoutMs } = options;
    const transport = createTransport({
      url,
      pool: true,
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
    } as Parameters<typeof createTransport>[0]);
    this.transport = sendingInOnePiece(transport);
  }

  /** Resolves when the server has taken it; rejects with what that costs (`smtpFailure`). */
  async send({ attachments, ...mail }: Mail): Promise<void> {
    const from = { from: this.options.from };
    await inSpan(tracer, this.span, () =>
      this.transport.sendMail({ ...from, ...mail, attachments: [...attachments] }).catch((error: unknown) => {
        throw smtpFailure(error);
      }),
    );
  }

  onApplicationShutdown(): void {
    this.transport.close();
  }
}
