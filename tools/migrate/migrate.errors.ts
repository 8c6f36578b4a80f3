/** The database and the migrations disagree in a way that only a person can resolve. */
export class MigrateError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MigrateError';
  }
}
