export interface Behaviour {
  readonly delayMs: number;
  readonly declineRate: number;
  readonly timeoutAfterChargeRate: number;
  readonly errorRate: number;
}

export interface Charge {
  readonly orderId: string;
  readonly status: 'captured' | 'declined' | 'cancelled';
  readonly refundedAt?: string;
}

const sane: Behaviour = { delayMs: 0, declineRate: 0, timeoutAfterChargeRate: 0, errorRate: 0 };

/** The payment provider's own word, and how it behaves. */
export class Psp {
  private readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  async behave(behaviour: Partial<Behaviour>): Promise<void> {
    const response = await fetch(`${this.url}/behaviour`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...sane, ...behaviour }),
    });
    if (!response.ok) throw new Error(`PSP refuses its behaviour: ${await response.text()}`);
  }

  heal(): Promise<void> {
    return this.behave(sane);
  }

  async captures(orderId: string): Promise<number> {
    const answer = (await this.get(`/charges?orderId=${orderId}`)) as Charge[] | { charges: Charge[] };
    const charges = Array.isArray(answer) ? answer : answer.charges;
    return charges.filter(({ status }) => status === 'captured').length;
  }

  /** How many of the order's captures were given back. */
  async refunds(orderId: string): Promise<number> {
    const { charges } = (await this.get(`/charges?orderId=${orderId}`)) as { charges: Charge[] };
    return charges.filter(({ refundedAt }) => refundedAt).length;
  }

  async captured(): Promise<number> {
    return (await this.ledger()).captured;
  }

  ledger(): Promise<{ readonly captured: number; readonly refunded: number }> {
    return this.get('/ledger') as Promise<{ captured: number; refunded: number }>;
  }

  private async get(path: string): Promise<unknown> {
    const response = await fetch(this.url + path);
    if (!response.ok) throw new Error(`PSP answers ${path} with ${response.status}`);
    return response.json();
  }
}
