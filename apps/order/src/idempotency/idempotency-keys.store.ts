import { Injectable } from '@nestjs/common';
import type { SqlTransaction } from '@waybill/messaging';
import { PostgresError } from '@waybill/service-kit';
import { OrderError } from '../orders/order.errors.js';
import { claimKeySql, findAnswerSql } from './idempotency-keys.sql.js';

export interface KeyedRequest<Answer> {
  readonly customerId: string;
  readonly route: string;
  readonly key: string;
  /** sha-256 of the checked body. */
  readonly bodyHash: Uint8Array;
  /** Stored with the key, in the transaction that does what it says. */
  readonly answer: Answer;
}

const lockNotAvailable = '55P03';

/** Remembers answers by Idempotency-Key for 24 h. Only what was committed is remembered, so no failure ever is. */
@Injectable()
export class IdempotencyKeysStore {
  /**
   * Claims the key for this transaction: nothing when it is ours to carry out, else the answer given before. While
   * another transaction holds the key it waits 2 s, then throws `key-in-use`; another body throws `key-reused`.
   */
  async claim<Answer>(
    request: KeyedRequest<Answer>,
    transaction: SqlTransaction,
  ): Promise<Answer | undefined> {
    const { customerId, route, key, bodyHash, answer } = request;
    const parameters = [customerId, route, key, bodyHash, JSON.stringify(answer)];
    const claimed = await transaction.execute(claimKeySql, parameters).catch(explainWait);
    if (claimed === 1) return undefined;
    const [found] = await transaction.query<{ answer: Answer; same: boolean }>(
      findAnswerSql,
      parameters.slice(0, 4),
    );
    if (!found?.same)
      throw new OrderError('key-reused', 'Idempotency-Key', 'the key was used with another body');
    return found.answer;
  }
}

function explainWait(error: unknown): never {
  if (!(error instanceof PostgresError) || error.code !== lockNotAvailable) throw error;
  throw new OrderError('key-in-use', 'Idempotency-Key', 'the first request with this key is still running', {
    cause: error,
  });
}
