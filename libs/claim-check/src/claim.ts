/** What travels instead of bytes: where they are, and how to know that they are the same. */
export interface Claim {
  /** Prefix, message id and name: `order-notifications/0198…/invoice`. */
  readonly key: string;
  /** Of the stored bytes, in hex. */
  readonly sha256: string;
  /** How many bytes are stored. */
  readonly bytes: number;
  /** How they are stored: `gzip` where that made them smaller. */
  readonly encoding: 'identity' | 'gzip';
}

type Payload = Readonly<Record<string, unknown>>;

/** A payload in which a field's text has been exchanged for its claim: `invoice` → `invoice_s3_key` and what proves it. */
export function withClaim(payload: Payload, field: string, claim: Claim): Payload {
  const { [field]: _, ...rest } = payload;
  return {
    ...rest,
    [`${field}_s3_key`]: claim.key,
    [`${field}_sha256`]: claim.sha256,
    [`${field}_bytes`]: claim.bytes,
    [`${field}_encoding`]: claim.encoding,
  };
}

/** The claim of a field; nothing when its text travels in the payload itself. */
export function claimOf(payload: Payload, field: string): Claim | undefined {
  const key = payload[`${field}_s3_key`];
  if (typeof key !== 'string') return undefined;
  return {
    key,
    sha256: String(payload[`${field}_sha256`]),
    bytes: Number(payload[`${field}_bytes`]),
    encoding: payload[`${field}_encoding`] === 'gzip' ? 'gzip' : 'identity',
  };
}
