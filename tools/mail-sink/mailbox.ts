import { writeFileSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { simpleParser, type ParsedMail } from 'mailparser';
import { describe, type Mail } from './mail.ts';
import { MailIndex } from './mail-index.ts';

/** How many mails came, and how many of them were copies of an earlier one. */
export interface Counts {
  readonly received: number;
  readonly distinct: number;
  readonly repeated: number;
}

/**
 * Keeps every mail as it came, one file each, so that what was received outlives the sink. What it says of them stands in
 * an index beside them: thousands of mails take long to parse, and whoever starts the sink waits for it.
 */
export class Mailbox {
  private readonly mails: Mail[];
  /** Given out before a mail is written, so that two that come together get two. */
  private lastId: number;
  private readonly folder: string;
  private readonly index: MailIndex;

  private constructor(folder: string, mails: Mail[], index: MailIndex) {
    this.folder = folder;
    this.mails = mails;
    this.index = index;
    this.lastId = Number(mails.at(-1)?.ID ?? 0);
  }

  static async open(folder: string): Promise<Mailbox> {
    await mkdir(folder, { recursive: true });
    const index = new MailIndex(folder);
    const known = new Map((await index.read()).map((mail) => [mail.ID, mail]));
    const mails: Mail[] = [];
    for (const id of await idsIn(folder)) mails.push(known.get(id) ?? (await readMail(folder, id)));
    if (mails.some(({ ID }) => !known.has(ID))) await index.rewrite(mails);
    return new Mailbox(folder, mails, index);
  }

  /** Resolves when the mail is on the disk. Handing a few kilobytes to another thread takes longer than writing them. */
  async add(raw: Buffer): Promise<Mail> {
    const id = String(++this.lastId).padStart(8, '0');
    const mail = await describe(id, raw);
    writeFileSync(join(this.folder, `${id}.eml`), raw);
    this.index.append(mail);
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

async function idsIn(folder: string): Promise<string[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.eml'));
  return files.map((file) => file.replace('.eml', '')).sort();
}

async function readMail(folder: string, id: string): Promise<Mail> {
  return describe(id, await readFile(join(folder, `${id}.eml`)));
}
