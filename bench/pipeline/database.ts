import { contest, type Say } from '../contest/contest.ts';
import type { Part } from '../contest/line.ts';
import type { ContestOptions } from '../contest/options.ts';
import { DatabaseWorld } from './database-world.ts';
import { handWrittenBatches } from './hand-written-batches.ts';
import { handWrittenOneByOne } from './hand-written-one-by-one.ts';
import { pipelineBatches } from './pipeline-batches.ts';

const partitions = 6;

/** One transaction a message reads fewer of them, or a round of it would take a minute. */
export async function measureDatabase({ smoke, rounds }: ContestOptions, say: Say): Promise<Part> {
  const [many, few] = smoke ? [1_000, 500] : [90_000, 9_000];
  const world = await DatabaseWorld.open(many, partitions);
  const small = await DatabaseWorld.open(few, partitions);
  try {
    const pipeline = await pipelineBatches(world);
    const batches = handWrittenBatches(world);
    const inTurn = handWrittenOneByOne(small, 1);
    const besides = handWrittenOneByOne(small, partitions);
    const results = await contest([pipeline, batches, inTurn, besides], { rounds, warmUp: !smoke }, say);
    return {
      title: `with a database (${many.toLocaleString('en')} messages, ${partitions} partitions)`,
      lines: [
        results.line({ name: pipeline.name, base: batches.name, aim: { atLeast: 0.85 } }),
        results.line({ name: pipeline.name, base: inTurn.name, aim: { atLeast: 5 } }),
        results.line({ name: pipeline.name, base: besides.name, aim: { atLeast: 5 } }),
        results.line({ name: batches.name }),
        results.line({ name: inTurn.name }),
        results.line({ name: besides.name }),
      ],
    };
  } finally {
    await Promise.all([world.close(), small.close()]);
  }
}
