import { Inject, Injectable } from '@nestjs/common';
import type { Outcome, SqlTransaction } from '@waybill/messaging';
import { notClaimed, type ClaimedPayment, type Command } from './payment.js';
import { PaymentsStore } from './payments.store.js';

export const LEASE_MS = Symbol('lease in milliseconds');

/** Takes a payment for oneself before the provider is asked: intent, token and lease are one commit. */
@Injectable()
export class ClaimPayment {
  constructor(
    private readonly payments: PaymentsStore,
    @Inject(LEASE_MS) private readonly leaseMs: number,
  ) {}

  /** The claimed payment, or why there is nothing to ask now. */
  async claim(
    command: Command,
    transaction: SqlTransaction,
  ): Promise<{ readonly call: ClaimedPayment } | Outcome> {
    const claimed = await this.payments.claim(command, this.leaseMs, transaction);
    if (claimed) return { call: claimed };
    // The refused claim has locked the row, so it still is as it was when it was refused.
    const payment = await this.payments.find(command.orderId, transaction);
    return notClaimed(payment!, command);
  }
}
