import { SMTPServer } from 'smtp-server';
import type { Mailbox } from './mailbox.ts';

const largestMail = 25 * 1024 * 1024;

/** Takes mail for everybody and delivers none; says 250 when the mail is on the disk. */
export function smtpOf(mailbox: Mailbox): SMTPServer {
  return new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    size: largestMail,
    onData(stream, _session, done) {
      stream
        .toArray()
        .then((pieces: Buffer[]) => mailbox.add(Buffer.concat(pieces)))
        .then(
          () => done(),
          (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
        );
    },
  });
}
