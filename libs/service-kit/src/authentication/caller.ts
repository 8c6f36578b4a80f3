import { problem } from '../problems/problem.js';

export const roles = { customer: 'customer', admin: 'admin' } as const;
export type Role = (typeof roles)[keyof typeof roles];

/** Whoever sent a request, as far as it was proved. */
export class Caller {
  constructor(
    /** A key's name or a token's `sub`: the customer's id, for customers. */
    readonly name: string,
    private readonly held: readonly Role[],
  ) {}

  /** Of a service that asks nobody who they are. */
  static readonly anybody = new Caller('anybody', [roles.admin]);

  has(role: Role): boolean {
    return this.held.includes(role);
  }

  /** The customer whom alone this caller may act for and see; nothing for an admin, who may do so for all. */
  get onlyCustomer(): string | undefined {
    return this.has(roles.admin) ? undefined : this.name;
  }

  maySee(customerId: string): boolean {
    return this.onlyCustomer === undefined || this.onlyCustomer === customerId;
  }

  /** Throws the 403 that names the field. */
  actFor(customerId: string): void {
    if (this.maySee(customerId)) return;
    const message = 'must be the customer who is authenticated';
    throw problem({
      status: 403,
      title: 'Forbidden',
      detail: `customerId ${message}.`,
      errors: [{ field: 'customerId', rule: 'own', message }],
    });
  }
}
