import { FatalError, InfrastructureError } from '@waybill/messaging';

/** The object is not there: deleted, expired, or never written. No retry brings it back. */
export class ClaimMissingError extends FatalError {
  override readonly code = 'WAYBILL_CLAIM_MISSING';

  constructor(key: string, options?: ErrorOptions) {
    super(`claim ${key}: there is no such object`, options);
  }
}

/** The object is not what the message was sent with; it has not been decoded. */
export class ClaimAlteredError extends FatalError {
  override readonly code = 'WAYBILL_CLAIM_ALTERED';

  constructor(key: string, difference: string, options?: ErrorOptions) {
    super(`claim ${key}: ${difference}`, options);
  }
}

/** A key outside our bucket's prefix, or none of ours: whoever wrote the message may not choose what we read. */
export class ClaimRefusedError extends FatalError {
  override readonly code = 'WAYBILL_CLAIM_REFUSED';

  constructor(key: string, rule: string) {
    super(`claim ${JSON.stringify(key.slice(0, 200))}: ${rule}`);
  }
}

/** S3 did not answer, or not with the object: nothing is known about it, and no attempt is spent. */
export class ClaimStoreAwayError extends InfrastructureError {
  override readonly code = 'WAYBILL_CLAIM_STORE_AWAY';

  constructor(doing: string, options?: ErrorOptions) {
    const { cause } = options ?? {};
    super(`${doing}: ${cause instanceof Error ? cause.message || cause.name : String(cause)}`, options);
  }
}
