import { Injectable } from '@nestjs/common';
import type { SqlTransaction } from '@waybill/messaging';
import { PostgresError } from '@waybill/service-kit';
import { OrderError } from '../orders/order.errors.js';
import { claimKeysSql, findAnswersSql } from './idempotency-keys.sql.js';

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

interface KeyRow {
  readonly customer_id: string;
  readonly route: string;
  readonly key: string;
}

interface FoundRow<Answer> {
  readonly answer: Answer;
  /** Null where nothing was found. */
  readonly same: boolean | null;
}

const lockNotAvailable = '55P03';

/** For a key that another transaction holds. Who shares a transaction must not wait for long on a stranger's account. */
const patienceMs = { alone: 2_000, together: 500 };

/** What no two claims at the same time may have in common. */
export const nameOf = ({
  customerId,
  route,
  key,
}: Pick<KeyedRequest, 'customerId' | 'route' | 'key'>): string => JSON.stringify([customerId, route, key]);

/** Remembers answers by Idempotency-Key for 24 h. Only what was committed is remembered, so no failure ever is. */
@Injectable()
export class IdempotencyKeysStore {
  /**
   * Claims the keys, all different, for this transaction. Tells of those that are not ours to carry out: the answer that
   * was given before, or `key-reused` for another body. While another transaction holds one of them it waits, 2 s for a
   * single one and half a second for several, then throws `key-in-use`.
   */
  async claimAll<Answer>(
    requests: readonly AnsweredRequest<Answer>[],
    transaction: SqlTransaction,
  ): Promise<Map<AnsweredRequest<Answer>, Answer | OrderError>> {
    if (requests.length === 0) return new Map();
    const answers = requests.map(({ answer }) => JSON.stringify(answer));
    const patience = requests.length > 1 ? patienceMs.together : patienceMs.alone;
    const parameters = [...columnsOf(requests), answers, String(patience)];
    const claimed = await transaction.query<KeyRow>(claimKeysSql, parameters).catch(explainWait);
    const ours = new Set(
      claimed.map(({ customer_id, ...row }) => nameOf({ customerId: customer_id, ...row })),
    );
    return this.answersTo(
      requests.filter((request) => !ours.has(nameOf(request))),
      transaction,
    );
  }

  /** `claimAll` of one: nothing when it is ours to carry out, else the answer given before; another body throws `key-reused`. */
  async claim<Answer>(
    request: AnsweredRequest<Answer>,
    transaction: SqlTransaction,
  ): Promise<Answer | undefined> {
    const answered = await this.claimAll([request], transaction);
    return orThrow(answered.get(request));
  }

  /** The answer given before, if its transaction has committed; claims nothing. Another body throws `key-reused`. */
  async find<Answer>(
    request: KeyedRequest,
    database: Pick<SqlTransaction, 'query'>,
  ): Promise<Answer | undefined> {
    const [found] = await findAll<Answer>([request], database);
    return orThrow(found);
  }

  private async answersTo<Answer>(
    requests: readonly AnsweredRequest<Answer>[],
    transaction: SqlTransaction,
  ): Promise<Map<AnsweredRequest<Answer>, Answer | OrderError>> {
    if (requests.length === 0) return new Map();
    const found = await findAll<Answer>(requests, transaction);
    return new Map(requests.map((request, index) => [request, found[index] ?? justForgotten()]));
  }
}

async function findAll<Answer>(
  requests: readonly KeyedRequest[],
  database: Pick<SqlTransaction, 'query'>,
): Promise<(Answer | OrderError | undefined)[]> {
  const rows = await database.query<FoundRow<Answer>>(findAnswersSql, columnsOf(requests));
  return rows.map(({ answer, same }) => {
    if (same === null) return undefined;
    return same ? answer : refused('key-reused', 'the key was used with another body');
  });
}

const columnsOf = (requests: readonly KeyedRequest[]): readonly unknown[] => [
  requests.map(({ customerId }) => customerId),
  requests.map(({ route }) => route),
  requests.map(({ key }) => key),
  requests.map(({ bodyHash }) => bodyHash),
];

const refused = (code: OrderError['code'], message: string, options?: ErrorOptions): OrderError =>
  new OrderError(code, 'Idempotency-Key', message, options);

/** Its day ended after our claim had met it, and housekeeping took it: the next claim will be ours. */
const justForgotten = (): OrderError => refused('key-in-use', 'the key is just being forgotten');

function explainWait(cause: unknown): never {
  if (!(cause instanceof PostgresError) || cause.code !== lockNotAvailable) throw cause;
  throw refused('key-in-use', 'the first request with this key is still running', { cause });
}

function orThrow<Answer>(found: Answer | OrderError | undefined): Answer | undefined {
  if (found instanceof OrderError) throw found;
  return found;
}
