import { randomUUID } from 'node:crypto';
import { ClaimStore } from '@waybill/claim-check';
import { applySqsTopology } from '@waybill/messaging-sqs';
import { Mailer } from '../../apps/notification/dist/mails/mailer.js';

/** What each server answered: `reached`, or why it was not. */
export type ReachedBeyond = Readonly<Record<'smtp' | 'sqs' | 's3', string>>;

/** In a process of its own, as the notification service does it: only `NODE_EXTRA_CA_CERTS` says whom to trust. */
async function reachBeyond(): Promise<ReachedBeyond> {
  const [smtp, sqs, s3] = await Promise.all([mail(), makeQueue(), makeBucket()].map(outcomeOf));
  return { smtp: smtp!, sqs: sqs!, s3: s3! };
}

async function mail(): Promise<void> {
  const url = process.env['SMTP_URL']!;
  const mailer = new Mailer({ url, from: 'shop@example.com', timeoutMs: 5_000 });
  const to = 'customer@example.com';
  await mailer
    .send({
      messageId: `<${randomUUID()}@waybill>`,
      to,
      subject: 'tls',
      text: 'tls',
      html: 'tls',
      attachments: [],
    })
    .finally(() => mailer.onApplicationShutdown());
}

const makeQueue = (): Promise<void> =>
  applySqsTopology({ sqs: { queues: [{ name: `tls-${randomUUID()}.fifo`, attributes: {} }] } });

const makeBucket = (): Promise<void> =>
  new ClaimStore({ bucket: `tls-${randomUUID()}`, prefix: 'tls' }).prepare();

const outcomeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'reached',
    (error: unknown) => causesOf(error).join(' < '),
  );

const causesOf = (error: unknown): string[] =>
  error instanceof Error ? [error.message, ...causesOf(error.cause)] : [];

process.stdout.write(JSON.stringify(await reachBeyond()));
process.exit(0);
