import { InfrastructureError } from '../messaging.errors.js';

/** The claim on a key ran out and somebody else runs its head: nothing of this run may stay. Costs nothing. */
export class ClaimLostError extends InfrastructureError {
  constructor(subscription: string, key: string) {
    super(`${subscription}: the claim on key "${key}" is lost`);
  }
}
