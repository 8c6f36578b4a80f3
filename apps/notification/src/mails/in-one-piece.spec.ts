import type { Readable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { simpleParser } from 'mailparser';
import { createTransport } from 'nodemailer';
import { sendingInOnePiece } from './in-one-piece.js';
import { mailOf } from './mail.js';

test('a mail with its images leaves in one piece', async () => {
  const transport = sendingInOnePiece(createTransport({ streamTransport: true, newline: 'windows' }));
  const id = '0193a000-0000-7000-8000-000000000001';
  const invoice = '<h1>Invoice</h1>\n'.repeat(200);
  const image = { key: `images/${'0'.repeat(64)}.png`, content: Buffer.alloc(100_000, 7) };
  const { attachments, ...mail } = mailOf(
    id,
    { orderId: id, customerEmail: 'customer@example.com' } as Parameters<typeof mailOf>[1],
    invoice,
    [image],
  );
  const { message } = await transport.sendMail({ ...mail, attachments: [...attachments] });
  const pieces = (await (message as Readable).toArray()) as Buffer[];
  expect(pieces).toHaveLength(1);
  const arrived = await simpleParser(pieces[0]!);
  expect(arrived.messageId).toBe(`<${id}@waybill>`);
  const [shown, attached] = arrived.attachments;
  expect(shown!.content.equals(image.content)).toBe(true);
  expect(attached!.content.toString()).toBe(invoice);
});
