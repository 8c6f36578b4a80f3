export { claimChecking, type ClaimCheckOptions } from './claim-checking-publisher.js';
export {
  ClaimAlteredError,
  ClaimMissingError,
  ClaimRefusedError,
  ClaimStoreAwayError,
} from './claim-check.errors.js';
export { ClaimStore, type ClaimStoreOptions } from './claim-store.js';
export { claimOf, withClaim, type Claim } from './claim.js';
