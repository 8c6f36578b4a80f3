/** A rule of the order service that a request breaks. `code` is stable; controllers choose the HTTP status. */
export class OrderError extends Error {
  constructor(
    readonly code: 'unknown-sku' | 'currency-differs' | 'total-too-large' | 'key-reused' | 'key-in-use',
    /** The field of the request, such as `lines.0.sku`. */
    readonly field: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'OrderError';
  }
}
