import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Attachment } from 'mailparser';
import type { Mailbox } from './mailbox.ts';
import { page } from './page.ts';

const mailsOnAPage = 200;

/**
 * `/` for people; `/counts`; and of Mailpit's API `/api/v1/messages`, `/api/v1/message/{ID}` and
 * `/api/v1/message/{ID}/part/{PartID}`, so that whoever reads mails need not know which of the two runs.
 */
export function webOf(mailbox: Mailbox): Server {
  return createServer((request, response) => {
    answer(new URL(request.url ?? '/', 'http://sink'), mailbox, response).catch((error: unknown) => {
      json(response, 500, { Error: String(error) });
    });
  });
}

async function answer(
  { pathname, searchParams }: URL,
  mailbox: Mailbox,
  response: ServerResponse,
): Promise<void> {
  if (pathname === '/') return html(response, page(mailbox.list(0, mailsOnAPage), mailbox.counts));
  if (pathname === '/counts') return json(response, 200, mailbox.counts);
  if (pathname === '/api/v1/messages') {
    const start = Number(searchParams.get('start') ?? 0);
    const messages = mailbox.list(start, Number(searchParams.get('limit') ?? 50));
    const total = mailbox.counts.received;
    return json(response, 200, { total, messages_count: total, start, messages });
  }
  const [, id, part] =
    /^\/api\/v1\/message\/(\w+)(?:\/part\/(\d+))?$/.exec(pathname) ??
    /^\/view\/(\w+)(?:\/(attachment))?$/.exec(pathname) ??
    [];
  const found = id ? await mailbox.read(id) : undefined;
  if (!found) return json(response, 404, { Error: `nothing at ${pathname}` });
  const { mail, parsed } = found;
  if (part) {
    const attachment =
      part === 'attachment'
        ? parsed.attachments.find(({ related }) => !related)
        : parsed.attachments[Number(part) - 1];
    if (!attachment) return json(response, 404, { Error: `mail ${id} has no part ${part}` });
    return send(response, 200, attachment.contentType, attachment.content);
  }
  if (pathname.startsWith('/view/')) return html(response, parsed.html || `<pre>${parsed.text ?? ''}</pre>`);
  json(response, 200, {
    ...mail,
    HTML: parsed.html || '',
    Text: parsed.text ?? '',
    ...partsOf(parsed.attachments),
  });
}

/** Numbered among all of them; `Inline` are those that stand in the mail itself. */
function partsOf(attachments: readonly Attachment[]) {
  const parts = attachments.map(({ filename = '', contentType, cid = '', size, related }, index) => ({
    related,
    part: {
      PartID: String(index + 1),
      FileName: filename,
      ContentType: contentType,
      ContentID: cid,
      Size: size,
    },
  }));
  const partsThat = (are: boolean) =>
    parts.filter(({ related }) => Boolean(related) === are).map(({ part }) => part);
  return { Attachments: partsThat(false), Inline: partsThat(true) };
}

const html = (response: ServerResponse, text: string) =>
  send(response, 200, 'text/html; charset=utf-8', text);
const json = (response: ServerResponse, status: number, value: unknown) =>
  send(response, status, 'application/json', JSON.stringify(value));

/** What a mail holds may run nothing and fetch nothing. */
function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, {
    'content-type': type,
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'",
    'x-content-type-options': 'nosniff',
  });
  response.end(body);
}
