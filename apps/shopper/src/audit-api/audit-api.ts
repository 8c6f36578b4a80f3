import { ask } from '../order-api/ask.js';
import type { HttpClient } from '../order-api/http-client.js';

/** As many rows as the audit gives at once; a product that is only looked at has one for each minute. */
const minutes = 1_000;

/** The one question that a shopper has for the audit. */
export class AuditApi {
  constructor(private readonly http: HttpClient) {}

  /** How often the product was looked at, as far as the audit has heard of it, in the last 1,000 minutes. */
  async timesSeen(sku: string): Promise<number> {
    const query = new URLSearchParams({ sku, minutes: String(minutes), limit: String(minutes) });
    const question = { method: 'GET', path: `/activity?${query}` } as const;
    const { counts } = (await ask(this.http, question, { name: 'audit', variable: 'AUDIT_URL' })) as {
      counts: { times: number }[];
    };
    return counts.reduce((sum, { times }) => sum + times, 0);
  }
}
