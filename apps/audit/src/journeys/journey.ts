import { traceOf, urlOfTrace, type TraceOf } from './trace-of.js';

/** One event of an order as one rail brought it. */
export interface StepRow {
  readonly type: string;
  readonly key: string;
  readonly rail: 'kafka' | 'rabbitmq';
  readonly address: string;
  readonly partition: number | null;
  readonly offset: bigint | null;
  readonly messageId: string;
  readonly sequence: bigint;
  readonly traceparent: string | null;
  readonly occurredAt: Date;
  readonly recordedAt: Date;
  /** Of deliveries that did not go straight through; null in events. */
  readonly subscription: string | null;
  readonly because: string | null;
  readonly attempts: number | null;
  readonly result: string | null;
  /** Personal fields by their path, as far as they may still be known. */
  readonly personal: Readonly<Record<string, unknown>>;
}

export interface Step extends TraceOf {
  readonly at: Date;
  readonly sinceStartMs: number;
  readonly event: string;
  readonly rail: 'kafka' | 'rabbitmq';
  readonly address: string;
  readonly partition?: number;
  readonly offset?: string;
  readonly messageId: string;
  readonly sequence: number;
  readonly recordedAt: Date;
  /** What the message told of the customer; `erased` in place of what was. */
  readonly personal?: Readonly<Record<string, unknown>>;
  /** `delivery.*` only: which subscription put the message off or set it aside, why, and after how many attempts. */
  readonly subscription?: string;
  readonly because?: string;
  readonly attempts?: number;
  /** `delivery.receipt` only: how a person's replay, correction or discard ended. */
  readonly result?: string;
}

export interface Journey {
  readonly orderId: string;
  readonly customerId: string;
  readonly status: 'PENDING' | 'CONFIRMED' | 'REJECTED' | 'EXPIRED';
  readonly startedAt: Date;
  readonly settledAt?: Date;
  readonly elapsedMs?: number;
  readonly traceId?: string;
  /** The whole of it, where any of it was recorded. */
  readonly traceUrl?: string;
  readonly steps: readonly Step[];
}

const settledBy: Readonly<Record<string, Journey['status']>> = {
  'order.confirmed': 'CONFIRMED',
  'order.rejected': 'REJECTED',
  'order.expired': 'EXPIRED',
};

/** An order's story from what is on record, in order of time; at least one row. */
export function journeyOf(
  orderId: string,
  rows: readonly [StepRow, ...StepRow[]],
  jaegerUrl?: string,
): Journey {
  const { occurredAt: startedAt } = rows[0];
  // Notices about deliveries have no customer, and one may be the first that is known of an order.
  const customerId = rows.find(({ key }) => key !== '')?.key ?? '';
  const settled = rows.find(({ type }) => type in settledBy);
  const steps = rows.map((row) => stepOf(row, startedAt, jaegerUrl));
  const traceId = steps.find((step) => step.traceId)?.traceId;
  return {
    orderId,
    customerId,
    status: settled ? settledBy[settled.type]! : 'PENDING',
    startedAt,
    ...(settled && {
      settledAt: settled.occurredAt,
      elapsedMs: settled.occurredAt.getTime() - startedAt.getTime(),
    }),
    ...(traceId && { traceId }),
    ...wholeTrace(steps, jaegerUrl),
    steps,
  };
}

function wholeTrace(steps: readonly Step[], jaegerUrl = ''): Pick<Journey, 'traceUrl'> {
  const traceId = steps.find(({ traceUrl }) => traceUrl)?.traceId;
  return traceId ? { traceUrl: urlOfTrace(traceId, jaegerUrl) } : {};
}

function stepOf(row: StepRow, startedAt: Date, jaegerUrl?: string): Step {
  const { type: event, rail, address, partition, offset, messageId, occurredAt: at, recordedAt } = row;
  return {
    at,
    sinceStartMs: at.getTime() - startedAt.getTime(),
    event,
    rail,
    address,
    ...(partition !== null && { partition }),
    ...(offset !== null && { offset: String(offset) }),
    messageId,
    sequence: Number(row.sequence),
    ...traceOf(row.traceparent, jaegerUrl),
    recordedAt,
    ...(Object.keys(row.personal).length > 0 && { personal: row.personal }),
    ...(row.subscription !== null && { subscription: row.subscription }),
    ...(row.because !== null && { because: row.because }),
    ...(row.attempts !== null && { attempts: row.attempts }),
    ...(row.result !== null && { result: row.result }),
  };
}
