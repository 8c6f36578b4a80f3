import type { Contest } from '../contest/run-contest.ts';

export const pipelineContest: Contest = {
  help: `npm run bench -- pipeline [options]

What the pipeline costs beside hand-written loops that do the same work, in alternating rounds.

  --rounds N    rounds that count (default 7); figures are medians
  --only PART   database, memory, claims or lanes; may be given again
  --json        one line of JSON instead of a table
  --smoke       tiny counts, one round: that it works, not how fast it is
`,
  load: async () => (await import('./parts.ts')).pipelineParts,
};
