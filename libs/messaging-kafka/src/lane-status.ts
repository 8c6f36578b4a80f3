import type { Patience } from '@waybill/messaging';

/** How a transactional lane stands, for people and probes. */
export interface LaneStatus {
  readonly state: 'idle' | 'running' | 'closed';
  /** Partitions that are its own now. */
  readonly partitions: number;
  /** Messages in hand. */
  readonly held: number;
  /** Why it counts as wedged; absent while it moves. */
  readonly wedged?: string;
}

/** Every step of a transaction is limited to 30 s: after two of them without an end nothing works any more. */
export const lanePatience: Patience = { lookEveryMs: 5_000, beyondHandlerMs: 60_000 };
