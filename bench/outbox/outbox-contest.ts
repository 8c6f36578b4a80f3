import type { Contest } from '../contest/run-contest.ts';

export const outboxContest: Contest = {
  help: `npm run bench -- outbox [options]

How fast the relay empties the outbox beside a hand-written loop and two job queues, in alternating rounds.

  --rounds N          rounds that count (default 7); figures are medians
  --open-seconds S    how long foreign transactions stay open (default 120)
  --only PART         relay, idle, open or notify; may be given again
  --json              one line of JSON instead of a table
  --smoke             tiny counts, one round: that it works, not how fast it is
`,
  load: async () => (await import('./parts.ts')).outboxParts,
};
