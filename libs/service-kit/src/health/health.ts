import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';

/** Resolves when all is well; rejects with the reason when not. */
export type HealthCheck = () => Promise<void>;

export interface CheckResult {
  readonly ok: boolean;
  readonly because?: string;
}

const longestCheckMs = 2_000;

/**
 * What the two health answers are made of. Ready means that this service's own database answers and its migrations
 * are applied. Brokers are only reported: while one is away the service keeps accepting into its outbox.
 */
@Injectable()
export class Health {
  private readonly liveness = new Map<string, HealthCheck>();
  private readonly readiness = new Map<string, HealthCheck>();
  private readonly reports = new Map<string, () => unknown>();

  /** While it rejects, `/health/live` is red and the process should be replaced: for work that is wedged. */
  aliveWhile(name: string, check: HealthCheck): void {
    this.liveness.set(name, check);
  }

  /** While it rejects or takes longer than 2 s, `/health/ready` is red and gets no requests. */
  readyWhile(name: string, check: HealthCheck): void {
    this.readiness.set(name, check);
  }

  /** Shown in the body of `/health/ready` without deciding anything. */
  report(name: string, state: () => unknown): void {
    this.reports.set(name, state);
  }

  alive(): Promise<Record<string, CheckResult>> {
    return runAll(this.liveness);
  }

  ready(): Promise<Record<string, CheckResult>> {
    return runAll(this.readiness);
  }

  reported(): Record<string, unknown> {
    return Object.fromEntries([...this.reports].map(([name, state]) => [name, state()]));
  }
}

async function runAll(checks: ReadonlyMap<string, HealthCheck>): Promise<Record<string, CheckResult>> {
  const results = [...checks].map(async ([name, check]) => [name, await run(check)] as const);
  return Object.fromEntries(await Promise.all(results));
}

async function run(check: HealthCheck): Promise<CheckResult> {
  const decided = new AbortController();
  try {
    await Promise.race([check(), tooLate(decided.signal)]);
    return { ok: true };
  } catch (error) {
    return { ok: false, because: error instanceof Error ? error.message : String(error) };
  } finally {
    decided.abort();
  }
}

/** Rejects when the check took too long; stays pending when it was decided before. */
async function tooLate(decided: AbortSignal): Promise<never> {
  const aborted = await pause(longestCheckMs, false, { signal: decided }).catch(() => true);
  if (aborted) return new Promise<never>(() => undefined);
  throw new Error(`no answer within ${longestCheckMs} ms`);
}
