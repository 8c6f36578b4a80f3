import { SMTPServer } from 'smtp-server';
import type { Mailbox } from './mailbox.ts';

const largestMail = 25 * 1024 * 1024;

/** Never a real domain (RFC 2606), so whoever wants to see a mail refused has an address for it. */
const nobody = /\.invalid$/i;

/** Takes mail for everybody but `….invalid`, and delivers none; says 250 when the mail is on the disk. */
export function smtpOf(mailbox: Mailbox): SMTPServer {
  return new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    size: largestMail,
    onRcptTo({ address }, _session, done) {
      if (!nobody.test(address)) return done();
      done(Object.assign(new Error(`<${address}>: no such recipient`), { responseCode: 550 }));
    },
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
