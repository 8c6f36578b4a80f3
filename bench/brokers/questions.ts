import { rabbitmqRpcClient, rabbitmqRpcServer } from '@waybill/messaging-rabbitmq';
import { untilAnswered } from '@waybill/test-kit';
import type { Say } from '../contest/contest.ts';
import type { Part } from '../contest/line.ts';
import type { ContestOptions } from '../contest/options.ts';
import { textOf } from './messages.ts';
import { sampleAll } from './samples.ts';
import { withStations } from './stations.ts';

const limitMs = 2_000;
const body = textOf(1_024);

/** A question and its answer, one at a time, over RabbitMQ's direct reply-to: the others have no RPC. */
export function measureQuestions({ smoke, rounds }: ContestOptions, say: Say): Promise<Part> {
  return withStations(['rabbitmq'], async ([station]) => {
    const url = process.env['RABBITMQ_URL']!;
    const { address: queue } = await station!.prepare({ order: 'none' });
    const server = rabbitmqRpcServer({ queue, limitMs }, async ({ body: question }) => question, { url });
    const client = rabbitmqRpcClient({ url });
    try {
      await server.start();
      await untilAnswered(() => client.health().state === 'connected' || undefined);
      const round = async () => {
        const took: number[] = [];
        for (let asked = 0; asked < (smoke ? 10 : 500); asked++) {
          const begun = performance.now();
          await client.call({ queue, body, limitMs });
          took.push(performance.now() - begun);
        }
        return took;
      };
      const lines = await sampleAll([{ name: 'rabbitmq', round }], { rounds, warmUp: !smoke }, say);
      return { title: 'RPC, question and answer, 1 KiB', lines };
    } finally {
      await client.close();
      await server.close();
    }
  });
}
