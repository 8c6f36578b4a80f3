import { decideUnreadable } from './decide.js';
import type { Unreadable } from './decode.js';
import { persist } from './persist.js';
import { report } from './report.js';
import { settle, type Settling } from './settle.js';
import { withoutPersonal } from './without-personal.js';
import type { Pipeline } from './work.js';

/** Keeps its bytes; one whose envelope can be read also stops its key, as any dead message does. */
export async function setAside(unreadable: Unreadable, pipeline: Pipeline): Promise<void> {
  const decided = decideUnreadable(unreadable.error, unreadable.failed, pipeline);
  const verdict = withoutPersonal(decided, unreadable, pipeline);
  report(verdict, unreadable, pipeline);
  if (verdict.kind === 'hold') return pipeline.clock.wait(verdict.waitMs, pipeline.released);
  await persist([unreadable.delivery], pipeline, () => settle(unreadable, verdict as Settling, pipeline));
}
