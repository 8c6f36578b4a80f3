import { Injectable } from '@nestjs/common';
import { auditMetrics, LastLook, showTogether } from '@waybill/telemetry';
import { WatchChain } from './chain/watch-chain.js';
import { CountDeadLettersLeft, type DeadLettersLeft } from './deliveries/dead-letters-left.js';
import { ReconcileRails } from './rails/reconcile-rails.js';

interface Findings {
  readonly differences: number;
  readonly deadLetters: readonly DeadLettersLeft[];
}

const lookEveryMs = 10_000;

/** Looks now and then at what nobody should find: rails that differ, dead letters, a broken chain. Shows what was found last. */
@Injectable()
export class WatchFindings {
  readonly everyMs = lookEveryMs;
  private readonly last = new LastLook<Findings>(3 * lookEveryMs);

  constructor(
    private readonly chain: WatchChain,
    private readonly rails: ReconcileRails,
    private readonly deadLetters: CountDeadLettersLeft,
  ) {}

  async look(): Promise<void> {
    const [differences, deadLetters] = await Promise.all([
      this.rails.differences(),
      this.deadLetters.count(),
      this.chain.look(),
    ]);
    this.last.found({ differences, deadLetters });
  }

  /** The answer ends it. */
  show(): () => void {
    const hideChain = this.chain.show();
    const { railsDifferences, deadLettersOpen, deadLettersOldestAge } = auditMetrics;
    const each = (valueOf: (left: DeadLettersLeft) => number) =>
      (this.last.known?.deadLetters ?? []).map((left) => ({
        value: valueOf(left),
        attributes: { 'messaging.destination.subscription.name': left.subscription },
      }));
    const hide = showTogether({ railsDifferences, deadLettersOpen, deadLettersOldestAge }, () => ({
      railsDifferences: this.last.known ? [{ value: this.last.known.differences, attributes: {} }] : [],
      deadLettersOpen: each(({ open }) => open),
      deadLettersOldestAge: each(({ oldestAge }) => oldestAge),
    }));
    return () => {
      hide();
      hideChain();
    };
  }
}
