import { AsyncLocalStorage } from 'node:async_hooks';
import { InfrastructureError } from '@waybill/messaging';

/** What somebody asked for. */
export interface Asked<Request> {
  readonly request: Request;
  /** Runs work as if it were done for them alone: in their trace, and with their request's id in log lines. */
  readonly within: <T>(work: () => T) => T;
}

export interface TogetherOptions<Request, Answer> {
  /** Answers each request of a group, in their order; a rejection is of all. Safe to run again, whatever it did. */
  readonly work: (group: readonly Asked<Request>[]) => Promise<readonly Answer[]>;
  /** Two requests of one name are never in one group. */
  readonly nameOf: (request: Request) => string;
  /** Groups at work at the same time. */
  readonly sideBySide: number;
  /** Requests in a group. */
  readonly atMost: number;
  /** Whoever has not been taken by then is told that it takes too long. */
  readonly longestWaitMs: number;
  /** Told before the requests of a failed group are run again, each alone. */
  readonly onFailedGroup: (error: unknown, requests: number) => void;
}

interface Waiting<Request, Answer> extends Asked<Request> {
  readonly answer: PromiseWithResolvers<Answer>;
  readonly tooLate: NodeJS.Timeout;
}

/**
 * Takes what waits together: a request begins at once while there is room, and else waits for the next group, which
 * takes all that wait. So nobody waits for company, and the more is asked for, the more is done in one go.
 *
 * A group that fails is forgotten, and each of its requests is run again alone, to succeed or fail for itself. These
 * take no room from the groups: one of them may have to wait for what spoilt its group.
 */
export class TakeTogether<Request, Answer> {
  private readonly waiting = new Set<Waiting<Request, Answer>>();
  private running = 0;
  /** What is done for several is in nobody's trace, and not in that of whoever happened to come first. */
  private readonly withinNobody: Asked<Request>['within'] = AsyncLocalStorage.snapshot();

  constructor(private readonly options: TogetherOptions<Request, Answer>) {}

  ask(request: Request): Promise<Answer> {
    const answer = Promise.withResolvers<Answer>();
    const tooLate = setTimeout(() => this.giveUp(asked), this.options.longestWaitMs);
    const asked = { request, within: AsyncLocalStorage.snapshot(), answer, tooLate };
    this.waiting.add(asked);
    this.begin();
    return answer.promise;
  }

  private begin(): void {
    while (this.running < this.options.sideBySide && this.waiting.size > 0)
      void this.withinNobody(() => this.run(this.take()));
  }

  /** In the order they came; a second one of a name keeps its place for the next group. */
  private take(): readonly Waiting<Request, Answer>[] {
    const { nameOf, atMost } = this.options;
    const group = new Map<string, Waiting<Request, Answer>>();
    for (const asked of this.waiting) {
      if (group.size === atMost) break;
      const name = nameOf(asked.request);
      if (!group.has(name)) group.set(name, asked);
    }
    for (const asked of group.values()) {
      this.waiting.delete(asked);
      clearTimeout(asked.tooLate);
    }
    return [...group.values()];
  }

  private async run(group: readonly Waiting<Request, Answer>[]): Promise<void> {
    this.running += 1;
    await this.answer(group);
    this.running -= 1;
    this.begin();
  }

  private async answer(group: readonly Waiting<Request, Answer>[]): Promise<void> {
    const [first, ...others] = group;
    const work = () => this.options.work(group);
    try {
      const answers = await (others.length > 0 ? work() : first!.within(work));
      group.forEach(({ answer }, index) => answer.resolve(answers[index]!));
    } catch (error) {
      if (others.length === 0) return first!.answer.reject(error);
      this.options.onFailedGroup(error, group.length);
      for (const asked of group) void this.answer([asked]);
    }
  }

  private giveUp(asked: Waiting<Request, Answer>): void {
    this.waiting.delete(asked);
    asked.answer.reject(
      new InfrastructureError(`its turn did not come within ${this.options.longestWaitMs} ms`),
    );
  }
}
