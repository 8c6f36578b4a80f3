import { topology } from '@waybill/contracts';
import { applyKafkaTopology, checkKafkaTopology } from '@waybill/messaging-kafka';
import { applyRabbitmqTopology, checkRabbitmqTopology } from '@waybill/messaging-rabbitmq';
import { applySqsTopology, checkSqsTopology } from '@waybill/messaging-sqs';
import { readAddresses } from './addresses.ts';
import type { Command } from './command.ts';

/** What the brokers have beside what is declared. Keyed topics never grow: their keys would change places. */
export async function runTopology({ action, envFile, json }: Command): Promise<number> {
  const { kafka, rabbitmq, aws } = await readAddresses(envFile);
  const work =
    action === 'apply'
      ? [
          applyKafkaTopology(topology, kafka),
          applyRabbitmqTopology(topology, rabbitmq),
          applySqsTopology(topology, aws),
        ]
      : [
          checkKafkaTopology(topology, kafka),
          checkRabbitmqTopology(topology, rabbitmq),
          checkSqsTopology(topology, aws),
        ];
  const differences = (await Promise.all(work.map(problemsOf))).flat();
  if (json) process.stdout.write(`${JSON.stringify({ action, differences })}\n`);
  else process.stdout.write(differences.map((line) => `- ${line}\n`).join('') || 'as declared\n');
  return action !== 'plan' && differences.length > 0 ? 1 : 0;
}

/** A topology error lists every difference; any other is no answer. */
function problemsOf(work: Promise<void>): Promise<readonly string[]> {
  return work.then(
    () => [],
    (error: Error & { problems?: readonly string[] }) => {
      if (error.problems) return error.problems;
      throw error;
    },
  );
}
