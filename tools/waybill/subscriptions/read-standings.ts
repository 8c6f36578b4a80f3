import type { Addresses } from '../addresses.ts';

interface Standing {
  readonly state: string;
  readonly breaker: { readonly state: string };
}

interface ReadyAnswer {
  readonly reports?: { readonly subscriptions?: Readonly<Record<string, Standing>> };
}

const patienceMs = 3_000;

/** By subscription, as the services say in `/health/ready`; one that does not answer says nothing. */
export async function readStandings({
  services,
}: Pick<Addresses, 'services'>): Promise<Readonly<Record<string, Standing>>> {
  const answers = await Promise.all(services.map(askService));
  return Object.fromEntries(answers.flatMap(({ reports }) => Object.entries(reports?.subscriptions ?? {})));
}

async function askService(url: string): Promise<ReadyAnswer> {
  try {
    const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(patienceMs) });
    return (await answer.json()) as ReadyAnswer;
  } catch {
    return {};
  }
}
