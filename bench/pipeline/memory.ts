import { MemoryDatabase, MemoryInbox } from '@waybill/idempotency';
import { defineSubscription, done, type MessageHandler, type Subscription } from '@waybill/messaging';
import { BenchKafka } from '../contest/bench-kafka.ts';
import type { Contender } from '../contest/contender.ts';
import { contest, type Say } from '../contest/contest.ts';
import type { Part } from '../contest/line.ts';
import type { ContestOptions } from '../contest/options.ts';
import { placedOrder } from '../contest/placed-order.ts';
import { fillTopic } from './fill-topic.ts';
import { readTopic } from './read-topic.ts';
import { runSubscription } from './run-subscription.ts';
import { Tally } from './tally.ts';

const partitions = 6;

export interface Source {
  readonly kafka: BenchKafka;
  readonly topic: string;
  readonly messages: number;
}

/** What the pipeline itself costs: inbox and transactions in memory, a handler that does nothing. */
export async function measureMemory({ smoke, rounds }: ContestOptions, say: Say): Promise<Part> {
  const messages = smoke ? 2_000 : 200_000;
  const kafka = await BenchKafka.open();
  try {
    const source = { kafka, topic: await kafka.topic(partitions), messages };
    await fillTopic(kafka, source.topic, messages, 1_000);
    const pipeline = await pipelineInMemory(source);
    const noOp = eachBatchNoOp(source);
    const results = await contest([pipeline, noOp], { rounds, warmUp: !smoke }, say);
    return {
      title: `without a database (${messages.toLocaleString('en')} messages, ${partitions} partitions)`,
      lines: [
        results.line({ name: pipeline.name, base: noOp.name, aim: { atLeast: 0.5 } }),
        results.line({ name: noOp.name }),
      ],
    };
  } finally {
    await kafka.close();
  }
}

async function pipelineInMemory(source: Source): Promise<Contender> {
  const { kafka, topic } = source;
  const subscription = defineSubscription({ ...declared, name: `${topic}-group`, addresses: [topic] });
  await kafka.besides(subscription);
  return { name: 'pipeline, nothing to do', round: () => run(source, subscription) };
}

/** Without tables no key can park and no suspect be found. */
const declared = { broker: 'kafka', order: 'key', onFailingKey: 'overtake', lane: 'batch' } as const;

async function run({ kafka, messages }: Source, subscription: Subscription) {
  let sum = 0;
  const handler: MessageHandler<typeof placedOrder> = {
    handle: async ({ payload }) => {
      sum += payload.number;
      return done();
    },
  };
  const handlers = [{ contract: placedOrder, handler }];
  const [database, inbox] = [new MemoryDatabase(), new MemoryInbox()];
  const options = { subscription, handlers, database, inbox, deliveryState: 'none' } as const;
  const measured = await runSubscription(kafka, options, new Tally(messages));
  if (sum !== (messages * (messages - 1)) / 2)
    throw new Error(`the numbers' sum is ${sum}: not every message`);
  return measured;
}

function eachBatchNoOp({ kafka, topic, messages }: Source): Contender {
  return {
    name: 'bare eachBatch, nothing to do',
    round: () => {
      const tally = new Tally(messages);
      return readTopic(kafka, {
        topic,
        tally,
        concurrency: partitions,
        eachBatch: async ({ batch, resolveOffset, commitOffsetsIfNecessary }) => {
          resolveOffset(batch.lastOffset());
          tally.add(batch.messages.length);
          await commitOffsetsIfNecessary();
        },
      });
    },
  };
}
