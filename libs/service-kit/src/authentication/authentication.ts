import type { IncomingHttpHeaders } from 'node:http';
import { problem, type Problem } from '../problems/problem.js';
import { callerWith, type ApiKey } from './api-keys.js';
import type { Caller } from './caller.js';
import { tokenReader, type TokenOptions } from './json-web-tokens.js';

export interface AuthenticationOptions {
  readonly apiKeys: readonly ApiKey[];
  readonly tokens?: TokenOptions | undefined;
}

/** Who may ask: holders of an API key (`X-API-Key`), or of a JSON Web Token (`Authorization: Bearer`). */
export class Authentication {
  readonly takesKeys: boolean;
  readonly takesTokens: boolean;
  private readonly callerOf: ((token: string) => Promise<Caller | undefined>) | undefined;

  constructor(private readonly options: AuthenticationOptions) {
    this.takesKeys = options.apiKeys.length > 0;
    this.takesTokens = options.tokens !== undefined;
    this.callerOf = options.tokens && tokenReader(options.tokens);
  }

  /** Rejects with the 401, which says what to send but never why a credential was refused. */
  async identify(headers: IncomingHttpHeaders): Promise<Caller> {
    const key = headers['x-api-key'];
    const [, token] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
    if (typeof key !== 'string' && !token) throw this.unauthorized(false);
    const caller =
      typeof key === 'string' ? callerWith(key, this.options.apiKeys) : await this.callerOf?.(token!);
    if (!caller) throw this.unauthorized(true);
    return caller;
  }

  private unauthorized(presented: boolean): Problem {
    const ways = [
      ...(this.takesTokens ? ['a token in Authorization: Bearer'] : []),
      ...(this.takesKeys ? ['a key in X-API-Key'] : []),
    ].join(' or ');
    const detail = presented ? `That was not accepted: send ${ways}.` : `Send ${ways}.`;
    const challenges = [
      ...(this.takesTokens ? [`Bearer realm="waybill"${presented ? ', error="invalid_token"' : ''}`] : []),
      ...(this.takesKeys ? ['ApiKey realm="waybill"'] : []),
    ].join(', ');
    return problem({
      status: 401,
      title: 'Unauthorized',
      detail,
      headers: { 'www-authenticate': challenges },
    });
  }
}
