import { once } from 'node:events';
import { Mailbox } from './mailbox.ts';
import { smtpOf } from './smtp.ts';
import { webOf } from './web.ts';

/**
 * `main.ts FOLDER SMTP_PORT WEB_PORT`: a mail server whose mails reach nobody but the person who looks at them. On
 * loopback only.
 */
const [folder, smtpPort, webPort] = process.argv.slice(2);
if (!folder || !smtpPort || !webPort) throw new Error('needs a folder, an SMTP port and a web port');

const mailbox = await Mailbox.open(folder);
const smtp = smtpOf(mailbox);
const web = webOf(mailbox);
const listening = [
  once(smtp.listen(Number(smtpPort), '127.0.0.1'), 'listening'),
  once(web.listen(Number(webPort), '127.0.0.1'), 'listening'),
];
await Promise.all(listening);
console.log(`mails: http://127.0.0.1:${webPort}`);

process.once('SIGTERM', () => {
  web.close();
  web.closeAllConnections();
  smtp.close();
  const { received, distinct, repeated } = mailbox.counts;
  console.log(`${received} mails: ${distinct} distinct, ${repeated} repeated`);
});
