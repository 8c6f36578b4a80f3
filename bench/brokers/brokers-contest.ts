import type { Contest } from '../contest/run-contest.ts';

export const brokersContest: Contest = {
  help: `npm run bench -- brokers [options]

What each broker gives through our adapters, one process at both ends, in alternating rounds.

  --rounds N    rounds that count (default 7); figures are medians
  --only PART   throughput-100, throughput-1k, throughput-64k, latency, confirms, replay, delays, urgency or
                questions; may be given again
  --json        one line of JSON instead of a table
  --smoke       tiny counts, one round: that it works, not how fast it is
  --write       keeps the figures in bench/brokers/figures.json, and writes docs/explanation/which-broker.md from them
  --note TEXT   beside them: what else the machine did
`,
  load: async () => (await import('./parts.ts')).brokerParts,
  keep: async (parts, options) => (await import('./figures.ts')).keepFigures(parts, options),
};
