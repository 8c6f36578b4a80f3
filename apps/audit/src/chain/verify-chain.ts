import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type PrismaDatabase } from '@waybill/service-kit';
import { HeadsTopic } from '../heads/heads-topic.js';
import { ChainCheck, type Fault } from './chain-check.js';
import type { Head, Link } from './entry.js';
import { emptyChain } from './hash-chain.js';
import { readSliceSql } from './read-slice.sql.js';

export interface Verification {
  readonly ok: boolean;
  /** Found whole, from the first on. */
  readonly events: number;
  readonly brokenAt?: number;
  readonly problem?: Fault['problem'];
  readonly detail?: string;
}

@Injectable()
export class VerifyChain {
  private running: Promise<Verification> | undefined;

  constructor(
    @Inject(DATABASE) private readonly database: PrismaDatabase,
    private readonly heads: HeadsTopic,
  ) {}

  /** The whole table is read, so callers that come meanwhile share the answer of the one that runs. */
  verify(): Promise<Verification> {
    return (this.running ??= this.run().finally(() => (this.running = undefined)));
  }

  /**
   * Published head first, then the table's, then the rows up to it: each is at least as long as the one before, and
   * what is appended meanwhile is left to the next run. No lock and no transaction, so appenders do not notice.
   */
  private async run(): Promise<Verification> {
    const check = new ChainCheck(await this.heads.latest());
    const [head = emptyChain] = await this.database.query<Head>('SELECT n, hash FROM audit_head');
    const fault = (await this.firstFault(check, head)) ?? check.end(head);
    const events = Number(check.events);
    if (!fault) return { ok: true, events };
    const { brokenAt, problem, detail } = fault;
    return { ok: false, events, brokenAt: Number(brokenAt), problem, detail };
  }

  private async firstFault(check: ChainCheck, head: Head): Promise<Fault | undefined> {
    for await (const link of this.links(head)) {
      const fault = check.next(link);
      if (fault) return fault;
    }
    return undefined;
  }

  private async *links(head: Head): AsyncGenerator<Link> {
    for (let after = 0n; after < head.n;) {
      const slice = await this.database.query<Link>(readSliceSql, [after, head.n]);
      if (slice.length === 0) return;
      yield* slice;
      after = slice.at(-1)!.n;
    }
  }
}
