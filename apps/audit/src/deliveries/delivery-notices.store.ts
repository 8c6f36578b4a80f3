import { Injectable } from '@nestjs/common';
import { perTransaction, type SqlTransaction } from '@waybill/messaging';
import type { RecordedNotice } from './read-notice.js';

/** All notices of a transaction in one statement; one that is known already stays as it is. */
const insertNoticesSql = `
  INSERT INTO delivery_notices
    (notice_id, kind, subject, subscription, message_id, type, address, traceparent, told_at, because, attempts, due_at,
     operation_id, result)
  SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::text[], $8::text[],
                       $9::timestamptz[], $10::text[], $11::int[], $12::timestamptz[], $13::uuid[], $14::text[])
  ON CONFLICT (notice_id) DO NOTHING`;

@Injectable()
export class DeliveryNoticesStore {
  private readonly gathered = perTransaction((transaction): RecordedNotice[] => {
    const notices: RecordedNotice[] = [];
    transaction.beforeCommit(
      async () => void (await transaction.execute(insertNoticesSql, columnsOf(notices))),
    );
    return notices;
  });

  add(notice: RecordedNotice, transaction: SqlTransaction): void {
    this.gathered(transaction).push(notice);
  }
}

const instantOf = (text: string | undefined): Date | null => (text ? new Date(text) : null);

function columnsOf(notices: readonly RecordedNotice[]): unknown[] {
  return [
    notices.map(({ noticeId }) => noticeId),
    notices.map(({ kind }) => kind),
    notices.map(({ subject }) => subject),
    notices.map(({ subscription }) => subscription),
    notices.map(({ messageId }) => messageId ?? null),
    notices.map(({ type }) => type),
    notices.map(({ address }) => address),
    notices.map(({ traceparent }) => traceparent ?? null),
    notices.map(({ at }) => instantOf(at)),
    notices.map(({ because }) => because ?? null),
    notices.map(({ attempts }) => attempts ?? null),
    notices.map(({ dueAt }) => instantOf(dueAt)),
    notices.map(({ operationId }) => operationId ?? null),
    notices.map(({ result }) => result ?? null),
  ];
}
