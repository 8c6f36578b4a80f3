/** Something that a person can put right; the message says how. */
export class NewError extends Error {}
