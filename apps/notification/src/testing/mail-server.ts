import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** An SMTP server that keeps what it takes, and refuses recipients that are to be refused. */
export class MailServer {
  readonly mails: ParsedMail[] = [];
  /** Answered instead of 250 to these recipients. */
  readonly refused = new Map<string, number>();
  private constructor(
    private readonly server: SMTPServer,
    readonly url: string,
  ) {}

  static async start(): Promise<MailServer> {
    const server: SMTPServer = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      onRcptTo: ({ address }, _session, done) => {
        const responseCode = mails.refused.get(address);
        // Servers quote whom they do not know.
        const refusal = new Error(`<${address}>: no such mailbox`);
        done(responseCode ? Object.assign(refusal, { responseCode }) : null);
      },
      onData: (stream, _session, done) => {
        void buffer(stream)
          .then((raw) => simpleParser(raw))
          .then((mail) => mails.mails.push(mail))
          .then(() => done());
      },
    });
    const listener = server.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const mails = new MailServer(server, `smtp://127.0.0.1:${(listener.address() as AddressInfo).port}`);
    return mails;
  }

  to(address: string): ParsedMail[] {
    return this.mails.filter(({ to }) => to && [to].flat()[0]!.value[0]!.address === address);
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
