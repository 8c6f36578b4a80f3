import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';

/** Issues tokens and publishes its keys, as an identity provider does. */
export class TokenIssuer {
  private constructor(
    readonly jwksUrl: string,
    private readonly privateKey: CryptoKey,
    private readonly publicKey: CryptoKey,
    private readonly server: Server,
  ) {}

  static async start(): Promise<TokenIssuer> {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const keys = [{ ...(await exportJWK(publicKey)), kid: 'first', alg: 'ES256' }];
    const server = createServer((_, answer) => answer.end(JSON.stringify({ keys }))).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return new TokenIssuer(`http://127.0.0.1:${port}/jwks`, privateKey, publicKey, server);
  }

  publicPem(): Promise<string> {
    return exportSPKI(this.publicKey);
  }

  token(changes: JWTPayload = {}, key = this.privateKey): Promise<string> {
    const inAMinute = Math.floor(Date.now() / 1_000) + 60;
    const payload = { iss: 'issuer', aud: 'orders', sub: 'customer-1', exp: inAMinute, roles: ['customer'] };
    return new SignJWT({ ...payload, ...changes })
      .setProtectedHeader({ alg: 'ES256', kid: 'first' })
      .sign(key);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await once(this.server.close(), 'close');
  }
}
