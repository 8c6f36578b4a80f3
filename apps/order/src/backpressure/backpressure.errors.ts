/** Too much waits to take a new order. Nothing was stored; the same request with the same key may be sent again. */
export class SheddingError extends Error {
  constructor(
    readonly retryAfterSeconds: number,
    /** What is over its limit. */
    because: string,
  ) {
    super(because);
    this.name = 'SheddingError';
  }
}
