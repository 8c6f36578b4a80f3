import { Inject, Injectable, Logger } from '@nestjs/common';
import { DATABASE, type PrismaDatabase } from '@waybill/service-kit';
import { auditMetrics, show } from '@waybill/telemetry';
import { ChainCheck, type Fault } from './chain-check.js';
import type { Head, Link } from './entry.js';
import { emptyChain } from './hash-chain.js';
import { readSliceSql } from './read-slice.sql.js';
import { VerifyChain, type Verification } from './verify-chain.js';

/**
 * Goes over the whole chain a slice at a time, from the first row to the head and again, so that a change anywhere in it is
 * found without anybody asking. What is found broken stays so until a whole verification, which also knows the published
 * head, finds it whole.
 *
 * `unknown` –a slice→ `whole` –a fault→ `broken` –`verify` finds it whole→ `whole`.
 */
@Injectable()
export class WatchChain {
  private readonly logger = new Logger('audit chain');
  private state: 'unknown' | 'whole' | 'broken' = 'unknown';
  private round = new ChainCheck(undefined);

  constructor(
    @Inject(DATABASE) private readonly database: PrismaDatabase,
    private readonly chain: VerifyChain,
  ) {}

  /** The answer ends it. */
  show(): () => void {
    return show(auditMetrics.chainOk, () =>
      this.state === 'unknown' ? [] : [{ value: this.state === 'whole' ? 1 : 0, attributes: {} }],
    );
  }

  /** All of it, at once; decides. */
  async verify(): Promise<Verification> {
    const verification = await this.chain.verify();
    this.round = new ChainCheck(undefined);
    this.state = verification.ok ? 'whole' : 'broken';
    return verification;
  }

  /** The next slice; behind the last one, whether the head is its end. A broken chain is left to a person. */
  async look(): Promise<void> {
    if (this.state === 'broken') return;
    const [head = emptyChain] = await this.database.query<Head>('SELECT n, hash FROM audit_head');
    const { round } = this;
    const slice = await this.database.query<Link>(readSliceSql, [round.events, head.n]);
    const fault = firstFault(slice, round) ?? (slice.length === 0 ? this.endRound(head) : undefined);
    if (fault) return this.foundBroken(fault.detail);
    this.state = 'whole';
  }

  /** What the publisher of heads met. */
  publishedHeadWas(found: 'published' | 'unchanged' | 'broken'): void {
    if (found === 'broken') this.foundBroken('it does not continue its published head');
  }

  private endRound(head: Head): Fault | undefined {
    const { round } = this;
    this.round = new ChainCheck(undefined);
    return round.end(head);
  }

  private foundBroken(detail: string): void {
    if (this.state !== 'broken') this.logger.error({ msg: 'the chain is broken: GET /audit/verify', detail });
    this.state = 'broken';
  }
}

function firstFault(slice: readonly Link[], round: ChainCheck): Fault | undefined {
  for (const link of slice) {
    const fault = round.next(link);
    if (fault) return fault;
  }
  return undefined;
}
