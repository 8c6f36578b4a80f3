/** A database keeps it as it is: PostgreSQL has no NUL in texts, and UTF-8 no half a surrogate pair. */
export const isKeepable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

/** What an index takes, with room for what stands beside it: PostgreSQL's entries have 2,704 bytes at most. */
export const longestIndexedBytes = 1_024;

export const isIndexable = (text: string): boolean =>
  text.length <= longestIndexedBytes &&
  (text.length * mostBytesAUnit <= longestIndexedBytes || Buffer.byteLength(text) <= longestIndexedBytes);

/** UTF-8 of what counts as one in a text's length. */
const mostBytesAUnit = 3;

/** What may be kept and told of a text that somebody else made. */
export const keepable = (text: string, longest: number): string =>
  text.slice(0, longest).toWellFormed().replaceAll('\0', '\ufffd');
