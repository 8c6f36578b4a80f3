/** What one check found: figures by name, and a sentence for every violation. */
export interface Finding {
  figures: Partial<Figures>;
  violations: string[];
}

export interface Figures {
  orders: number;
  confirmed: number;
  rejected: number;
  expired: number;
  pending: number;
  captures: number;
  /** Captures that were given back. */
  refunds: number;
  /** Captures beyond one per order. */
  capturedTwice: number;
  /** Accepted orders without a row, orders without one of their events, confirmed orders nobody paid or was told of. */
  lost: number;
  /** Units of stock that do not add up. */
  stockDrift: number;
  auditEvents: number;
  auditTwice: number;
  auditMissing: number;
  auditOutOfOrder: number;
  /** Distinct by Message-ID. */
  mails: number;
  /** Mails beyond one per order. */
  doubledMails: number;
}

export interface Verdict extends Figures {
  /** The headline: captures beyond one per order + audit ids twice + stock drift. */
  doubled: number;
  violations: string[];
}

const none: Figures = {
  orders: 0,
  confirmed: 0,
  rejected: 0,
  expired: 0,
  pending: 0,
  captures: 0,
  refunds: 0,
  capturedTwice: 0,
  lost: 0,
  stockDrift: 0,
  auditEvents: 0,
  auditTwice: 0,
  auditMissing: 0,
  auditOutOfOrder: 0,
  mails: 0,
  doubledMails: 0,
};

export function verdictOf(findings: Finding[]): Verdict {
  const figures = { ...none };
  for (const finding of findings)
    for (const [name, count] of Object.entries(finding.figures)) figures[name as keyof Figures] += count;
  const doubled = figures.capturedTwice + figures.auditTwice + figures.stockDrift;
  return { ...figures, doubled, violations: findings.flatMap((finding) => finding.violations) };
}

const shownExamples = 5;

/** One sentence however many cases there are, with a few of them to look at; none without a case. */
export function violation(cases: string[], sentence: string): string[] {
  if (cases.length === 0) return [];
  const more = cases.length > shownExamples ? ', …' : '';
  return [`${cases.length} ${sentence}: ${cases.slice(0, shownExamples).join(', ')}${more}`];
}
