/** What SQS answers instead of a result; the sender's fault in all cases known here. */
export class SqsFault extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
