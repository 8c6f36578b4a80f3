import { systemClock, type Broker } from '@waybill/messaging';
import { LambdaConsumer } from './lambda-consumer.js';
import {
  isSqsEvent,
  queueOf,
  type LambdaContext,
  type SqsBatchResponse,
  type SqsRecord,
} from './lambda-event.js';
import { SqsBroker } from './sqs-broker.js';
import { SqsError } from './sqs.errors.js';
import { normalise, type SqsOptions } from './sqs.options.js';

export interface SqsLambdaOptions extends SqsOptions {
  /** Kept of each invocation for its answer: what is unsettled then is reported. Default 2,000 ms. */
  readonly answerMs?: number;
  /** How long a call without messages, by a schedule, stays: parked messages and the outbox move only while the function runs. Default 10,000 ms. */
  readonly awakeMs?: number;
  /** How long a call waits for the subscription to be started, which a paused one is not. Default 10,000 ms. */
  readonly startMs?: number;
}

/** SQS behind the port, for a process whose messages are brought by AWS Lambda. */
export interface SqsLambda {
  /** Runs its subscriptions as any other broker does, through the one pipeline. */
  readonly broker: Broker;
  /**
   * The function's handler. AWS deletes what it does not name, so a message is named unless it was settled: handled, or
   * stored durably to be retried, parked or set aside. After the first that was not, nothing of its group was handled.
   * Needs `FunctionResponseTypes: [ReportBatchItemFailures]`; without it AWS deletes all of them.
   */
  handler(event: unknown, context: LambdaContext): Promise<SqsBatchResponse>;
}

export function sqsLambda(options: SqsLambdaOptions = {}): SqsLambda {
  const { answerMs = 2_000, awakeMs = 10_000, startMs = 10_000, ...sqs } = options;
  const consumers = new Set<LambdaConsumer>();
  const broker = new SqsBroker(normalise(sqs), (subscription, take, hops) => {
    const consumer = new LambdaConsumer(subscription, take, hops, () => consumers.delete(consumer));
    consumers.add(consumer);
    return consumer;
  });
  return {
    broker,
    handler: async (event, context) => {
      const leftMs = Math.max(0, context.getRemainingTimeInMillis() - answerMs);
      const timeUp = AbortSignal.timeout(leftMs);
      if (!isSqsEvent(event)) return systemClock.wait(awakeMs, timeUp).then(() => failuresOf([]));
      if (event.Records.length === 0) return failuresOf([]);
      const consumer = consumerOf(event.Records, consumers);
      await Promise.race([consumer.open, systemClock.wait(startMs, timeUp)]);
      return failuresOf(await consumer.run(event.Records, timeUp));
    },
  };
}

/** All of an invocation come from one queue. */
function consumerOf(records: readonly SqsRecord[], consumers: ReadonlySet<LambdaConsumer>): LambdaConsumer {
  const queue = queueOf(records[0]!);
  const consumer = [...consumers].find((each) => each.reads(queue));
  if (consumer) return consumer;
  throw new SqsError('WAYBILL_SQS_NOT_SUBSCRIBED', `no subscription of this function reads ${queue}`, {
    kind: 'bug',
  });
}

const failuresOf = (left: readonly SqsRecord[]): SqsBatchResponse => ({
  batchItemFailures: left.map(({ messageId }) => ({ itemIdentifier: messageId })),
});
