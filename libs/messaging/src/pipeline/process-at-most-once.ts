import type { RawDelivery } from '../broker.js';
import { classifyFailure } from '../messaging.errors.js';
import { Attempts } from './attempts.js';
import { decode, isReadable, type Unreadable } from './decode.js';
import { handleIn } from './handle.js';
import { leavesInboxRow } from './handled.js';
import { report } from './report.js';
import { sayable } from './sayable.js';
import { clearing } from './without-personal.js';
import type { Pipeline, Work } from './work.js';

/** One message of a run failed, and it is known which. */
class FailedOne extends Error {
  constructor(
    readonly work: Work,
    cause: unknown,
  ) {
    super(String(cause), { cause });
  }
}

/**
 * The way of what may be lost and must never count twice. It was settled for good before it came here, so whatever dies
 * or fails from now on loses messages and doubles none; there is no inbox to ask, nothing is retried or set aside.
 *
 * One transaction for all. A message that fails is lost alone: its transaction is rolled back, and the others, of which
 * nothing was kept, run in the next one. Where that cannot be said, as when the COMMIT gets no answer, all are lost.
 */
export async function processAtMostOnce(
  deliveries: readonly RawDelivery[],
  pipeline: Pipeline,
): Promise<void> {
  const decoded = deliveries.map((delivery) => decode(delivery, pipeline));
  const unreadable = decoded.filter((each) => !isReadable(each)) as Unreadable[];
  for (const each of unreadable) lose([each], each.error, pipeline);
  let left: readonly Work[] = decoded.filter(isReadable);
  while (left.length > 0) left = await handleAll(left, pipeline);
  await Promise.all(deliveries.map((delivery) => delivery.done())); // makes room; the broker was told long ago
}

/** Those that are to run once more, since a failed one took them along. */
async function handleAll(works: readonly Work[], pipeline: Pipeline): Promise<readonly Work[]> {
  const { database, subscription, clock, released } = pipeline;
  const startedAt = clock.now();
  const attempts = new Attempts(pipeline);
  try {
    released.throwIfAborted();
    const timeoutMs = subscription.handlerTimeoutMs + 5_000;
    const outcomes = await database.transaction(
      async (transaction) => {
        const kinds: ('done' | 'ignore')[] = [];
        for (const work of works) kinds.push(await handleOne(work, attempts, transaction, pipeline));
        return kinds;
      },
      { timeoutMs },
    );
    const elapsedMs = (clock.now() - startedAt) / works.length;
    works.forEach((work, index) => {
      attempts.committed(work, outcomes[index]!);
      report({ kind: 'done', as: outcomes[index]! }, work, pipeline, elapsedMs);
    });
    return [];
  } catch (error) {
    const alone = error instanceof FailedOne && classifyFailure(error.cause) !== 'infrastructure';
    const lost = alone ? [error.work] : works;
    const cause = error instanceof FailedOne ? error.cause : error;
    attempts.rolledBack(lost, cause);
    lose(lost, cause, pipeline);
    return alone ? works.filter((work) => work !== error.work) : [];
  }
}

async function handleOne(
  work: Work,
  attempts: Attempts,
  transaction: Parameters<typeof handleIn>[0],
  pipeline: Pipeline,
): Promise<'done' | 'ignore'> {
  try {
    const outcome = await attempts.run(work, () => handleIn(transaction, work, pipeline));
    if (leavesInboxRow(outcome)) return outcome.kind as 'done' | 'ignore';
    throw new Error('because' in outcome ? `${outcome.kind}: ${outcome.because}` : outcome.kind);
  } catch (error) {
    throw new FailedOne(work, sayable(error));
  }
}

function lose(
  lost: readonly Pick<Unreadable, 'delivery' | 'envelope'>[],
  error: unknown,
  pipeline: Pipeline,
): void {
  const { events, subscription } = pipeline;
  const because = clearing(lost, pipeline)(String(error));
  for (const { delivery, envelope } of lost)
    events.emit({
      kind: 'lost',
      because,
      broker: subscription.broker,
      subscription: subscription.name,
      origin: delivery.origin,
      ...(envelope && { envelope }),
    });
}
