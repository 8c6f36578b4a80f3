import { createPublicKey } from 'node:crypto';
import { InfrastructureError } from '@waybill/messaging';
import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { Caller, roles, type Role } from './caller.js';

export interface TokenOptions {
  /** Where the issuer publishes its keys, or one public key in PEM. */
  readonly jwksUrl?: string;
  readonly publicKey?: string;
  readonly issuer: string;
  readonly audience: string;
}

/** Signatures with a private key only: with a shared secret whoever can check a token could issue one, and none is none. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const patienceMs = 3_000;
const clockToleranceSeconds = 5;

/** The caller of a token, or nothing for one that does not hold. Rejects when the issuer's keys cannot be had. */
export function tokenReader(options: TokenOptions): (token: string) => Promise<Caller | undefined> {
  const { issuer, audience } = options;
  const key = keyOf(options);
  const demands = {
    issuer,
    audience,
    algorithms,
    requiredClaims: ['sub', 'exp'],
    clockTolerance: clockToleranceSeconds,
  };
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, key, demands);
      return new Caller(payload.sub!, rolesIn(payload));
    } catch (error) {
      if (isRefusal(error)) return undefined;
      throw new InfrastructureError('the keys of the token issuer cannot be read', { cause: error });
    }
  };
}

function keyOf({ jwksUrl, publicKey = '' }: TokenOptions): JWTVerifyGetKey {
  if (jwksUrl) return createRemoteJWKSet(new URL(jwksUrl), { timeoutDuration: patienceMs });
  const key = createPublicKey(publicKey);
  return async () => key;
}

/** The claim `roles`, or the words of `scope`. */
function rolesIn({ roles: listed, scope }: JWTPayload): Role[] {
  const named = Array.isArray(listed) ? listed : typeof scope === 'string' ? scope.split(' ') : [];
  return Object.values(roles).filter((role) => named.includes(role));
}

const aboutKeys = [errors.JWKSTimeout, errors.JWKSInvalid];

/** The token's fault; anything else is a failure to get the keys. jose has no class of its own for that. */
function isRefusal(error: unknown): boolean {
  if (aboutKeys.some((kind) => error instanceof kind)) return false;
  // A key of another kind than the token's `alg`.
  if (error instanceof TypeError) return !(error.message === 'fetch failed');
  return error instanceof errors.JOSEError && error.code !== 'ERR_JOSE_GENERIC';
}
