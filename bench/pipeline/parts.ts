import type { MeasurePart } from '../contest/run-contest.ts';
import { measureClaims } from './claims.ts';
import { measureDatabase } from './database.ts';
import { measureLanes } from './lanes.ts';
import { measureMemory } from './memory.ts';

export const pipelineParts: Readonly<Record<string, MeasurePart>> = {
  database: measureDatabase,
  memory: measureMemory,
  claims: measureClaims,
  lanes: measureLanes,
};
