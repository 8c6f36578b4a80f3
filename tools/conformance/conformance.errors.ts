/** What was asked cannot be done; the message says what can. */
export class ConformanceError extends Error {}
