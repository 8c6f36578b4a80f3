import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { Mailbox } from './mailbox.ts';
import { smtpOf } from './smtp.ts';
import { webOf } from './web.ts';

let folder: string;
let smtp: ReturnType<typeof smtpOf>;
let web: ReturnType<typeof webOf>;
let mail: ReturnType<typeof createTransport>;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waybill-mails-'));
  const mailbox = await Mailbox.open(folder);
  smtp = smtpOf(mailbox);
  web = webOf(mailbox);
  const server = smtp.listen(0, '127.0.0.1');
  await Promise.all([once(server, 'listening'), once(web.listen(0, '127.0.0.1'), 'listening')]);
  mail = createTransport({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, secure: false });
  url = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
});
afterAll(async () => {
  mail.close();
  web.close();
  await new Promise<void>((resolve) => smtp.close(resolve));
  await rm(folder, { recursive: true });
});

const send = (messageId: string, to = 'customer@example.com') =>
  mail.sendMail({
    messageId,
    from: 'shop@example.com',
    to,
    subject: 'Your order <1>',
    html: '<p>Thank you</p>',
    attachments: [{ filename: 'invoice.html', content: '<h1>Invoice</h1>', contentType: 'text/html' }],
  });
const get = async (path: string) => (await fetch(`${url}${path}`)).json() as Promise<Record<string, never>>;

test('mails are counted by their Message-ID, listed, shown, and outlive the sink', async () => {
  await send('<a@waybill>');
  await send('<b@waybill>');
  await send('<a@waybill>');
  expect(await get('/counts')).toEqual({ received: 3, distinct: 2, repeated: 1 });

  const { messages } = (await get('/api/v1/messages')) as unknown as {
    messages: { ID: string; MessageID: string }[];
  };
  expect(messages.map(({ MessageID }) => MessageID)).toEqual(['a@waybill', 'b@waybill', 'a@waybill']);
  const { ID } = messages[0]!;
  expect(await get(`/api/v1/message/${ID}`)).toMatchObject({
    HTML: '<p>Thank you</p>',
    Attachments: [{ PartID: '1', FileName: 'invoice.html' }],
  });
  expect(await (await fetch(`${url}/api/v1/message/${ID}/part/1`)).text()).toBe('<h1>Invoice</h1>');
  expect(await (await fetch(url)).text()).toContain('Your order &#60;1&#62;');
  expect((await fetch(`${url}/api/v1/message/99`)).status).toBe(404);

  expect((await Mailbox.open(folder)).counts).toEqual({ received: 3, distinct: 2, repeated: 1 });
});

test('images are shown where the mail names them, and are no attachments', async () => {
  const pixel = Buffer.from('R0lGODlhAQABAAAAACwAAAAAAQABAAA=', 'base64');
  await mail.sendMail({
    ...{ messageId: '<shown@waybill>', from: 'shop@example.com', to: 'shown@example.com' },
    html: '<img src="cid:pixel@waybill">',
    attachments: [
      { filename: 'invoice.html', content: '<h1>Invoice</h1>', contentType: 'text/html' },
      { filename: 'pixel.gif', content: pixel, cid: 'pixel@waybill' },
    ],
  });
  const { messages } = (await get('/api/v1/messages?limit=1')) as unknown as { messages: { ID: string }[] };
  const { ID } = messages[0]!;
  expect(messages[0]).toMatchObject({ Attachments: 1 });
  const shown = (await get(`/api/v1/message/${ID}`)) as Record<
    'Attachments' | 'Inline',
    { PartID: string }[]
  >;
  expect(shown.Attachments).toMatchObject([{ FileName: 'invoice.html' }]);
  expect(shown.Inline).toMatchObject([{ FileName: 'pixel.gif', ContentType: 'image/gif' }]);
  const part = await fetch(`${url}/api/v1/message/${ID}/part/${shown.Inline[0]!.PartID}`);
  expect(Buffer.from(await part.arrayBuffer())).toEqual(pixel);
  const page = await fetch(`${url}/view/${ID}`);
  expect(await page.text()).toContain(`<img src="data:image/gif;base64,${pixel.toString('base64')}">`);
  expect(page.headers.get('content-security-policy')).toContain('img-src data:');
  expect(await (await fetch(`${url}/view/${ID}/attachment`)).text()).toBe('<h1>Invoice</h1>');
});

test('a start parses no mail that stands in the index, and each that does not', async () => {
  const { received } = (await Mailbox.open(folder)).counts;
  const file = join(folder, '00000001.eml');
  const raw = await readFile(file);
  await writeFile(file, String(raw).replace(/Subject: .*/, 'Subject: another'));
  const [first] = (await Mailbox.open(folder)).list(received - 1, 1);
  expect(first).toMatchObject({ Subject: 'Your order <1>' });

  await writeFile(join(folder, '00000099.eml'), raw);
  await appendFile(join(folder, 'index.jsonl'), '\n{"ID":"00000099","Mess');
  const grown = await Mailbox.open(folder);
  expect(grown.list(0, 1)).toMatchObject([{ ID: '00000099', MessageID: 'a@waybill' }]);
  expect(grown.counts.received).toBe(received + 1);
  await grown.add(raw);
  expect((await Mailbox.open(folder)).list(0, 1)).toMatchObject([{ ID: '00000100' }]);
});

test('a recipient that cannot exist is refused for good, and nothing is kept', async () => {
  const before = await get('/counts');
  await expect(send('<d@waybill>', 'nobody@shop.invalid')).rejects.toMatchObject({ responseCode: 550 });
  expect(await get('/counts')).toEqual(before);
});
