import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { simpleParser, type AddressObject, type ParsedMail } from 'mailparser';

/** One received mail, by Mailpit's names, whose API the sink has a part of. */
export interface Mail {
  readonly ID: string;
  readonly MessageID: string;
  readonly From: Address;
  readonly To: readonly Address[];
  readonly Subject: string;
  /** ISO 8601. */
  readonly Created: string;
  readonly Size: number;
  /** Without images that stand in the mail itself. */
  readonly Attachments: number;
}

interface Address {
  readonly Name: string;
  readonly Address: string;
}

/** How many mails came, and how many of them were copies of an earlier one. */
export interface Counts {
  readonly received: number;
  readonly distinct: number;
  readonly repeated: number;
}

/** Keeps every mail as it came, one file each, so that what was received outlives the sink. */
export class Mailbox {
  private readonly mails: Mail[] = [];
  /** Given out before a mail is written, so that two that come together get two. */
  private lastId = 0;
  private readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(folder: string): Promise<Mailbox> {
    await mkdir(folder, { recursive: true });
    const mailbox = new Mailbox(folder);
    const files = (await readdir(folder)).filter((file) => file.endsWith('.eml')).sort();
    for (const file of files) {
      const raw = await readFile(join(folder, file));
      const id = file.replace('.eml', '');
      mailbox.mails.push(describe(id, raw, await simpleParser(raw)));
      mailbox.lastId = Number(id);
    }
    return mailbox;
  }

  /** Resolves when the mail is on the disk. */
  async add(raw: Buffer): Promise<Mail> {
    const id = String(++this.lastId).padStart(8, '0');
    const mail = describe(id, raw, await simpleParser(raw));
    await writeFile(join(this.folder, `${id}.eml`), raw);
    this.mails.push(mail);
    return mail;
  }

  /** The latest first. */
  list(start: number, limit: number): readonly Mail[] {
    return this.mails.toReversed().slice(start, start + limit);
  }

  /** Nothing for an id that is none. */
  async read(id: string): Promise<{ readonly mail: Mail; readonly parsed: ParsedMail } | undefined> {
    const mail = this.mails.find(({ ID }) => ID === id);
    if (!mail) return undefined;
    return { mail, parsed: await simpleParser(await readFile(join(this.folder, `${id}.eml`))) };
  }

  get counts(): Counts {
    const received = this.mails.length;
    const distinct = new Set(this.mails.map(({ MessageID }) => MessageID)).size;
    return { received, distinct, repeated: received - distinct };
  }
}

function describe(
  ID: string,
  raw: Buffer,
  { messageId, from, to, subject, date, attachments }: ParsedMail,
): Mail {
  return {
    ID,
    MessageID: (messageId ?? ID).replace(/^<|>$/g, ''),
    From: addressesOf(from)[0] ?? { Name: '', Address: '' },
    To: addressesOf(to),
    Subject: subject ?? '',
    Created: (date ?? new Date(0)).toISOString(),
    Size: raw.byteLength,
    Attachments: attachments.filter(({ related }) => !related).length,
  };
}

function addressesOf(given: AddressObject | AddressObject[] | undefined): Address[] {
  const lists = given === undefined ? [] : [given].flat();
  return lists.flatMap(({ value }) =>
    value.map(({ name, address = '' }) => ({ Name: name, Address: address })),
  );
}
