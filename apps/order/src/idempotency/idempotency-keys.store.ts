import { Injectable } from '@nestjs/common';
import type { SqlTransaction } from '@waybill/messaging';
import { PostgresError } from '@waybill/service-kit';
import { OrderError } from '../orders/order.errors.js';
import { claimKeySql, findAnswerSql } from './idempotency-keys.sql.js';

export interface KeyedRequest {
  readonly customerId: string;
  readonly route: string;
  readonly key: string;
  /** sha-256 of the checked body. */
  readonly bodyHash: Uint8Array;
}

export interface AnsweredRequest<Answer> extends KeyedRequest {
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
    request: AnsweredRequest<Answer>,
    transaction: SqlTransaction,
  ): Promise<Answer | undefined> {
    const parameters = [...identityOf(request), JSON.stringify(request.answer)];
    const claimed = await transaction.execute(claimKeySql, parameters).catch(explainWait);
    return claimed === 1 ? undefined : this.answerOf(request, transaction);
  }

  /** The answer given before, if its transaction has committed; claims nothing. Another body throws `key-reused`. */
  async find<Answer>(
    request: KeyedRequest,
    database: Pick<SqlTransaction, 'query'>,
  ): Promise<Answer | undefined> {
    const [found] = await database.query<{ answer: Answer; same: boolean }>(
      findAnswerSql,
      identityOf(request),
    );
    if (found && !found.same)
      throw new OrderError('key-reused', 'Idempotency-Key', 'the key was used with another body');
    return found?.answer;
  }

  private async answerOf<Answer>(request: KeyedRequest, transaction: SqlTransaction): Promise<Answer> {
    const answer = await this.find<Answer>(request, transaction);
    if (answer !== undefined) return answer;
    // Its day ended after our claim had met it, and housekeeping took it: the next claim will be ours.
    throw new OrderError('key-in-use', 'Idempotency-Key', 'the key is just being forgotten');
  }
}

const identityOf = ({ customerId, route, key, bodyHash }: KeyedRequest): readonly unknown[] => [
  customerId,
  route,
  key,
  bodyHash,
];

function explainWait(error: unknown): never {
  if (!(error instanceof PostgresError) || error.code !== lockNotAvailable) throw error;
  throw new OrderError('key-in-use', 'Idempotency-Key', 'the first request with this key is still running', {
    cause: error,
  });
}
