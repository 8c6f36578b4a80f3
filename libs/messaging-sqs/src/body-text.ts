/** A body as SQS can carry it: characters of XML 1.0, at least one. */
export interface BodyText {
  readonly text: string;
  readonly encoding: 'plain' | 'base64';
}

/** What XML 1.0 has no character for, which SQS refuses. */
const unsendable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
/** SQS refuses an empty body; base64 reads padding alone as no bytes. */
const nothing = '=';

export const isSendable = (text: string): boolean => text.isWellFormed() && !unsendable.test(text);

/** Text as it is; all other bytes, and text that SQS would refuse, as base64. */
export function writeBody(body: Uint8Array): BodyText {
  const text = textOf(body);
  if (text && !unsendable.test(text)) return { text, encoding: 'plain' };
  return { text: Buffer.from(body).toString('base64') || nothing, encoding: 'base64' };
}

export function readBody(text: string, encoding: string | undefined): Uint8Array {
  return Buffer.from(text, encoding === 'base64' ? 'base64' : 'utf8');
}

/** JSON that SQS takes: the two characters that JSON leaves alone and XML does not know are escaped. */
export function sendableJson(value: unknown): string {
  return JSON.stringify(value).replace(/[\ufffe\uffff]/g, (each) => `\\u${each.charCodeAt(0).toString(16)}`);
}

/** Nothing when the bytes are no UTF-8, or begin with a byte order mark, which decoding would drop. */
function textOf(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
}
