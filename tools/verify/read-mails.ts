import type { SentMail } from './evidence.ts';
import { CannotVerify, reasonOf } from './verify.errors.ts';

/** Of Mailpit's API, which the mail sink has too. */
interface Listed {
  ID: string;
  MessageID: string;
  Subject: string;
}

interface Shown {
  /** Numbered by the server, among all parts of the mail. */
  Attachments: { PartID: string }[];
}

const perPage = 500;
const orderInSubject = /order ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/;
const invoicesAtOnce = 8;

/** Mails never change once they are there, so each is read once, however often it is looked for new ones. */
export class MailReader {
  private readonly known = new Map<string, SentMail>();
  private readonly mailsUrl: string;

  constructor(mailsUrl: string) {
    this.mailsUrl = mailsUrl.replace(/\/$/, '');
  }

  /** Those about orders that are judged. */
  async read(isJudged: (orderId: string) => boolean): Promise<SentMail[]> {
    const listed = (await this.list()).flatMap((mail) => {
      const [, orderId] = orderInSubject.exec(mail.Subject) ?? [];
      return orderId && isJudged(orderId) ? [{ ...mail, orderId }] : [];
    });
    const unread = listed.filter(({ ID }) => !this.known.has(ID)).values();
    const worker = async () => {
      for (const { ID, MessageID, orderId } of unread)
        this.known.set(ID, { orderId, messageId: MessageID, invoicedCents: await this.invoicedIn(ID) });
    };
    await Promise.all(Array.from({ length: invoicesAtOnce }, worker));
    return listed.map(({ ID }) => this.known.get(ID)!);
  }

  private async list(): Promise<Listed[]> {
    const mails: Listed[] = [];
    for (;;) {
      const page = (await this.get(`/api/v1/messages?start=${mails.length}&limit=${perPage}`).then((answer) =>
        answer.json(),
      )) as { messages: Listed[] };
      mails.push(...page.messages);
      if (page.messages.length < perPage) return mails;
    }
  }

  private async invoicedIn(id: string): Promise<number | undefined> {
    const { Attachments } = (await (await this.get(`/api/v1/message/${id}`)).json()) as Shown;
    const [attached] = Attachments;
    if (!attached) return undefined;
    const invoice = await (await this.get(`/api/v1/message/${id}/part/${attached.PartID}`)).text();
    const [, cents] = /<data value="(\d+)">/.exec(invoice) ?? [];
    return cents === undefined ? undefined : Number(cents);
  }

  private async get(path: string): Promise<Response> {
    try {
      const answer = await fetch(this.mailsUrl + path);
      if (answer.ok) return answer;
      throw new Error(`it answers ${answer.status}`);
    } catch (cause) {
      throw new CannotVerify(`mails cannot be read at ${this.mailsUrl}${path}: ${reasonOf(cause)}`, {
        cause,
      });
    }
  }
}
