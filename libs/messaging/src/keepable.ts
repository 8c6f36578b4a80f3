/** A database keeps it as it is: PostgreSQL has no NUL in texts, and UTF-8 no half a surrogate pair. */
export const isKeepable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');
