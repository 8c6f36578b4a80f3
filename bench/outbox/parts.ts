import type { MeasurePart } from '../contest/run-contest.ts';
import { measureIdle } from './idle.ts';
import { measureNotify } from './notify.ts';
import { measureOpen } from './open.ts';
import { measureRelay } from './relay.ts';

export const outboxParts: Readonly<Record<string, MeasurePart>> = {
  relay: measureRelay,
  idle: measureIdle,
  open: measureOpen,
  notify: measureNotify,
};
