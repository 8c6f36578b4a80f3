/** One round's work: how much of it, how long it took, and the CPU time of the processes that did it. */
export interface Measured {
  readonly count: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** One way of doing the work. */
export interface Contender {
  readonly name: string;
  /** Does the work once and rejects unless all of it was done. */
  round(): Promise<Measured>;
}
