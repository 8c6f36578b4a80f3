import type { SqlTransaction } from '@waybill/messaging';
import type { NewMessage } from '../new-message.js';

/** Something that happened to a subject and was told then. */
export interface Moment {
  readonly at: Date;
  /** UUID of what the messages are about. */
  readonly subject: string;
  /** Which of the things that happen to it; told in this order where they happened in one millisecond. */
  readonly step: number;
}

/** What is told of one moment. */
export interface Told {
  readonly messages: readonly NewMessage[];
  /** Messages that cannot be told again as they were. */
  readonly leftOut: number;
}

/** How an application knows from its own tables what it has told. */
export interface History {
  /** A SELECT of `at`, `subject` and `step`, one row for each moment, without an order. */
  readonly moments: string;
  /** The same messages as then, id and bytes, moment by moment. */
  tell(moments: readonly Moment[], transaction: SqlTransaction): Promise<readonly Told[]>;
}
