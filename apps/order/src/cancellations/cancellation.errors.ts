/** Why an order cannot be cancelled. `code` is stable; the controller chooses the HTTP status. */
export class CancellationError extends Error {
  constructor(
    readonly code: 'order-not-found' | 'order-ended',
    message: string,
  ) {
    super(message);
    this.name = 'CancellationError';
  }
}
