import type { Contender } from '../contest/contender.ts';
import { placedOrder } from '../contest/placed-order.ts';
import type { Source } from './memory.ts';
import { readTopic } from './read-topic.ts';
import { Tally } from './tally.ts';
import { wait } from './wait.ts';

/** Hand-written: each message is awaited before the next. */
export function serialLoop({ kafka, topic, messages }: Source): Contender {
  return {
    name: 'hand-written, one after the other',
    round: () => {
      const tally = new Tally(messages);
      return readTopic(kafka, {
        topic,
        tally,
        concurrency: 1,
        eachBatch: async ({ batch, resolveOffset, heartbeat, commitOffsetsIfNecessary }) => {
          for (const message of batch.messages) {
            placedOrder.decode({ body: message.value! } as never);
            await wait();
            tally.add(1);
            resolveOffset(message.offset);
            await commitOffsetsIfNecessary();
            await heartbeat();
          }
        },
      });
    },
  };
}
