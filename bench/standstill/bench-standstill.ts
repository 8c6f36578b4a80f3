import { parseArgs } from 'node:util';
import type { Line, Part } from '../contest/line.ts';
import { median } from '../contest/median.ts';
import { provideServers } from '../contest/servers.ts';
import { partsJson, partsTable } from '../contest/table.ts';
import { positive } from '../positive.ts';
import type { Ending, Standstill } from './end-one-of-two.ts';

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;
const options = { rounds: text, 'session-timeout-ms': text, json: flag, smoke: flag } as const;

export const standstillHelp = `npm run bench -- standstill [options]

How long the partitions of a Kafka group stand still when one of its two consumers is killed, and when it is told to stop.

  --rounds N                rounds of each (default 3); figures are medians
  --session-timeout-ms MS   after which Kafka gives up a silent consumer (default 45000)
  --json                    one line of JSON instead of a table
  --smoke                   one short round: that it works
`;

/** How long partitions stand still when a consumer of their group is killed, and when it is told to stop. */
export async function benchStandstill(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options });
  const rounds = positive('--rounds', values.rounds ?? (values.smoke ? '1' : '3'));
  const sessionTimeoutMs = positive(
    '--session-timeout-ms',
    values['session-timeout-ms'] ?? (values.smoke ? '6000' : '45000'),
  );
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  await provideServers(say);
  // Only now: what they import was built a moment ago.
  const { BenchKafka } = await import('../contest/bench-kafka.ts');
  const { endOneOfTwo } = await import('./end-one-of-two.ts');
  const kafka = await BenchKafka.open();
  try {
    const lines: Line[] = [];
    for (const ending of ['SIGTERM', 'SIGKILL'] as const) {
      const seen: Standstill[] = [];
      for (let round = 0; round < rounds; round++) {
        seen.push(await endOneOfTwo(kafka, ending, sessionTimeoutMs));
        say(`${ending}: ${JSON.stringify(seen.at(-1))}`);
      }
      lines.push(...linesOf(ending, seen));
    }
    const title = `one of two consumers ends, session timeout ${sessionTimeoutMs.toLocaleString('en')} ms`;
    const parts: Part[] = [{ title, lines }];
    process.stdout.write(values.json ? partsJson(parts) : partsTable(parts));
  } finally {
    await kafka.close();
  }
}

const linesOf = (ending: Ending, seen: readonly Standstill[]): Line[] => [
  { name: `${ending}: its partition`, value: median(seen.map(({ ended }) => ended)), unit: 'ms' },
  { name: `${ending}: the other's partition`, value: median(seen.map(({ stayed }) => stayed)), unit: 'ms' },
];
