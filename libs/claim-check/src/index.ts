export type { StoreOptions } from './bucket.js';
export { claimChecking, type ClaimCheckOptions } from './claim-checking-publisher.js';
export {
  ClaimAlteredError,
  ClaimMissingError,
  ClaimRefusedError,
  ClaimStoreAwayError,
} from './claim-check.errors.js';
export { ClaimStore } from './claim-store.js';
export { claimOf, withClaim, type Claim } from './claim.js';
export { ContentStore } from './content-store.js';
