import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { promisify } from 'node:util';
import { startFauxqs } from 'fauxqs';
import { SMTPServer } from 'smtp-server';
import { Certificates, type Certificate } from './certificates.ts';
import type { ReachedBeyond } from './reach-beyond.ts';

jest.setTimeout(60_000);

let folder: string;
let ours: Certificate;
let strangers: Certificate;
let mails = 0;
let smtp: SMTPServer;
let aws: Awaited<ReturnType<typeof startFauxqs>>;
let proxy: Server;
let ports: { readonly smtp: number; readonly aws: number };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waybill-tls-'));
  const certificates = new Certificates(folder);
  ours = await certificates.authority('ours');
  strangers = await certificates.authority('strangers');
  const { certificate, key } = await certificates.server('localhost', ours);
  const identity = { cert: await readFile(certificate), key: await readFile(key) };
  smtp = new SMTPServer({
    ...{ ...identity, secure: true, authOptional: true },
    onData: (stream, _session, done) => {
      stream.resume().once('end', () => {
        mails++;
        done();
      });
    },
  });
  const mailing = smtp.listen(0, '127.0.0.1');
  smtp.on('error', () => undefined); // a client that refuses the certificate hangs up
  aws = await startFauxqs({ port: 0, logger: false });
  proxy = createServer(identity, (client) => {
    const server = connect(aws.port, '127.0.0.1');
    client.on('error', () => server.destroy()).pipe(server);
    server.on('error', () => client.destroy()).pipe(client);
  }).listen(0, '127.0.0.1');
  await Promise.all([mailing, proxy].map((each) => each.listening || once(each, 'listening')));
  ports = {
    smtp: (mailing.address() as AddressInfo).port,
    aws: (proxy.address() as AddressInfo).port,
  };
});
afterAll(async () => {
  await new Promise<void>((resolve) => smtp.close(() => resolve()));
  proxy.close();
  await aws.stop();
  await rm(folder, { recursive: true, force: true });
});

async function reached(host: string, authority: Certificate): Promise<ReachedBeyond> {
  const env = {
    ...process.env,
    NODE_OPTIONS: '',
    NODE_EXTRA_CA_CERTS: authority.certificate,
    SMTP_URL: `smtps://${host}:${ports.smtp}`,
    AWS_ENDPOINT_URL: `https://${host}:${ports.aws}`,
    AWS_REGION: 'ap-northeast-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
  const script = join(import.meta.dirname, 'reach-beyond.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script], { env });
  return JSON.parse(stdout) as ReachedBeyond;
}

const each = (outcome: unknown) => ({ smtp: outcome, sqs: outcome, s3: outcome });

test('mail server and AWS are reached over TLS, with the right name and an authority that is trusted', async () => {
  expect(await reached('localhost', ours)).toEqual(each('reached'));
  expect(mails).toBe(1);
});

/** The certificate is for `localhost`; the address leads to the same server. */
test('a certificate for another name is refused, and the name that was asked for is told', async () => {
  expect(await reached('127.0.0.1', ours)).toEqual(
    each(expect.stringMatching(/does not match.*127\.0\.0\.1/)),
  );
  expect(mails).toBe(1);
});

test('a certificate of an authority nobody named is refused', async () => {
  expect(await reached('localhost', strangers)).toEqual(
    each(expect.stringMatching(/certificate|self-signed/i)),
  );
  expect(mails).toBe(1);
});
