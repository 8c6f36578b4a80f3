import type { Head, Link } from './entry.js';
import { emptyChain, hashOf } from './hash-chain.js';

export interface Fault {
  readonly brokenAt: bigint;
  readonly problem: 'altered-row' | 'removed-row' | 'cut-tail' | 'rebuilt';
  /** For a person. */
  readonly detail: string;
}

/**
 * Recomputes the chain row by row and holds it against the head that was published last. The published head alone
 * betrays a table that is whole in itself: rebuilt, or cut together with its own head.
 */
export class ChainCheck {
  private last = emptyChain;

  constructor(private readonly published: Head | undefined) {}

  get events(): bigint {
    return this.last.n;
  }

  /** What is wrong with the next row, if anything is. */
  next(link: Link): Fault | undefined {
    const fault = this.misplaced(link) ?? this.altered(link) ?? this.detached(link) ?? this.rebuilt(link);
    if (!fault) this.last = { n: link.n, hash: link.hash };
    return fault;
  }

  /** What is wrong with the end, given the head as it was before the first row was read. */
  end(head: Head): Fault | undefined {
    const { n } = this.last;
    const published = this.published?.n ?? 0n;
    const length = head.n > published ? head.n : published;
    if (n < length)
      return { problem: 'cut-tail', brokenAt: n + 1n, detail: `rows ${n + 1n} to ${length} are gone` };
    if (isSame(this.last.hash, head.hash)) return undefined;
    return altered(n, `row ${n} is not the one the head was computed from`);
  }

  private misplaced({ n }: Link): Fault | undefined {
    const expected = this.last.n + 1n;
    if (n === expected) return undefined;
    const detail = `row ${n} follows row ${this.last.n}: ${n - expected} removed`;
    return { problem: 'removed-row', brokenAt: expected, detail };
  }

  private altered(link: Link): Fault | undefined {
    if (isSame(hashOf(link), link.hash)) return undefined;
    return altered(link.n, `row ${link.n} does not give the hash that it was stored with`);
  }

  /** The row is whole but was chained to another one than stands before it. */
  private detached({ n, previousHash }: Link): Fault | undefined {
    if (isSame(previousHash, this.last.hash)) return undefined;
    const brokenAt = n > 1n ? n - 1n : n;
    return altered(brokenAt, `row ${brokenAt} is not the one that was chained here`);
  }

  private rebuilt({ n, hash }: Link): Fault | undefined {
    if (n !== this.published?.n || isSame(hash, this.published.hash)) return undefined;
    const detail = `the chain is whole, but row ${n} is not the one published: rebuilt from there or before`;
    return { problem: 'rebuilt', brokenAt: n, detail };
  }
}

const altered = (brokenAt: bigint, detail: string): Fault => ({ problem: 'altered-row', brokenAt, detail });

const isSame = (hash: Uint8Array, other: Uint8Array): boolean => Buffer.compare(hash, other) === 0;
