/** Registered metrics that neither a panel nor an alert asks for, and why. */
export const unwatched: Readonly<Record<string, string>> = {};
