export interface Step {
  readonly event: string;
  readonly rail: string;
  readonly traceId?: string;
  /** Of deliveries that did not go straight through. */
  readonly subscription?: string;
  readonly because?: string;
  /** What the message told of the customer. */
  readonly personal?: Readonly<Record<string, unknown>>;
  /** Of a person's operation. */
  readonly result?: string;
}

export interface Journey {
  readonly orderId: string;
  readonly status: string;
  readonly traceId?: string;
  readonly steps: readonly Step[];
}

export interface Verification {
  readonly ok: boolean;
  readonly events: number;
}

export interface Reconciliation {
  readonly differences: readonly unknown[];
  /** On one rail only, but young. */
  readonly pending: number;
}

/** The audit service as its callers see it. */
export class AuditApi {
  private readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  journey(orderId: string): Promise<Journey> {
    return this.get<Journey>(`/journeys/${orderId}`);
  }

  verify(): Promise<Verification> {
    return this.get<Verification>('/audit/verify');
  }

  reconciliation(): Promise<Reconciliation> {
    return this.get<Reconciliation>('/reconciliation');
  }

  erase(customerId: string, actor: string): Promise<Record<string, unknown>> {
    const headers = { 'waybill-actor': actor };
    return this.get(`/customers/${customerId}/personal-data`, { method: 'DELETE', headers });
  }

  private async get<T>(path: string, request: RequestInit = {}): Promise<T> {
    const response = await fetch(this.url + path, request);
    if (!response.ok) throw new Error(`audit answers ${path} with ${response.status}`);
    return (await response.json()) as T;
  }
}
