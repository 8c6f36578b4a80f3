/**
 * Images of products, which go with mails. They are in the bucket of claims under a prefix of their own: a claim ends with
 * its message, an image never. A key is `images/<sha-256 of its bytes>.<extension>` and proves what it names.
 */
export const images = {
  prefix: 'images',
  maxBytes: 262_144,
  /** Each travels twice, beside its line and in the attached invoice: so a mail stays below the 10 MB that all servers take. */
  mostInAMail: 10,
  /** By content type. */
  extensions: { 'image/png': 'png', 'image/jpeg': 'jpg' },
} as const;

export type ImageType = keyof typeof images.extensions;

/** What a key says of its image; nothing when it is no image's key. */
export function imageTypeOf(key: string): ImageType | undefined {
  const types = Object.keys(images.extensions) as ImageType[];
  return types.find((type) => key.endsWith(`.${images.extensions[type]}`));
}

/** How an invoice names an image of its own mail: `<img src="cid:…">` (RFC 2392). */
export const contentIdOf = (key: string): string => `${key.slice(key.lastIndexOf('/') + 1)}@waybill`;
