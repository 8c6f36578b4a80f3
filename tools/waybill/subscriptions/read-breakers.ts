import type { Addresses } from '../addresses.ts';

interface ReadyAnswer {
  readonly reports?: {
    readonly subscriptions?: Readonly<Record<string, { readonly breaker: { readonly state: string } }>>;
  };
}

const patienceMs = 3_000;

/** By subscription, as the services say in `/health/ready`; one that does not answer says nothing. */
export async function readBreakers({ services }: Addresses): Promise<Readonly<Record<string, string>>> {
  const answers = await Promise.all(services.map(askService));
  return Object.fromEntries(
    answers.flatMap(({ reports }) =>
      Object.entries(reports?.subscriptions ?? {}).map(([name, { breaker }]) => [name, breaker.state]),
    ),
  );
}

async function askService(url: string): Promise<ReadyAnswer> {
  try {
    const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(patienceMs) });
    return (await answer.json()) as ReadyAnswer;
  } catch {
    return {};
  }
}
