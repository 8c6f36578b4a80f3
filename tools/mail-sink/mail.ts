import { simpleParser, type AddressObject } from 'mailparser';

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

const endOfHeaders = '\r\n\r\n';
const attached = /^content-disposition:[ \t]*attachment/gim;

/** From its headers, and what its parts say of themselves: whoever opens a mail has all of it parsed. */
export async function describe(ID: string, raw: Buffer): Promise<Mail> {
  const end = raw.indexOf(endOfHeaders);
  const headers = end < 0 ? raw : raw.subarray(0, end + endOfHeaders.length);
  const { messageId, from, to, subject, date } = await simpleParser(headers);
  return {
    ID,
    MessageID: (messageId ?? ID).replace(/^<|>$/g, ''),
    From: addressesOf(from)[0] ?? { Name: '', Address: '' },
    To: addressesOf(to),
    Subject: subject ?? '',
    Created: (date ?? new Date(0)).toISOString(),
    Size: raw.byteLength,
    Attachments: raw.toString('latin1').match(attached)?.length ?? 0,
  };
}

function addressesOf(given: AddressObject | AddressObject[] | undefined): Address[] {
  const lists = given === undefined ? [] : [given].flat();
  return lists.flatMap(({ value }) =>
    value.map(({ name, address = '' }) => ({ Name: name, Address: address })),
  );
}
