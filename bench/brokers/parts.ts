import type { MeasurePart } from '../contest/run-contest.ts';
import { measureConfirms } from './confirms.ts';
import { measureDelays } from './delays.ts';
import { measureLatency } from './latency.ts';
import { measureQuestions } from './questions.ts';
import { measureReplay } from './replay.ts';
import { throughputOf } from './throughput.ts';
import { measureUrgency } from './urgency.ts';

export const brokerParts: Readonly<Record<string, MeasurePart>> = {
  'throughput-100': throughputOf('100 B', 100, 10_000),
  'throughput-1k': throughputOf('1 KiB', 1_024, 10_000),
  'throughput-64k': throughputOf('64 KiB', 65_536, 800),
  latency: measureLatency,
  confirms: measureConfirms,
  replay: measureReplay,
  delays: measureDelays,
  urgency: measureUrgency,
  questions: measureQuestions,
};
