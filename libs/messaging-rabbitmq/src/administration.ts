import type { Channel } from 'amqplib';
import { openSession } from './open-session.js';
import { normalise, type RabbitmqOptions } from './rabbitmq.options.js';
import type { Session } from './session.js';

/**
 * One connection for a while, for declaring and asking; unlike the adapter's it is not rebuilt. Rejects as soon as it is
 * lost: amqplib leaves a channel's goodbye unanswered then.
 */
export async function administer<T>(
  options: Pick<RabbitmqOptions, 'url' | 'ssl'>,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await openSession(normalise(options), 'administration', new AbortController().signal);
  const lost = session.ended().then((because) => Promise.reject(because));
  try {
    return await Promise.race([work(session), lost]);
  } finally {
    await session.close();
  }
}

/** What the broker answered to one operation when it refused it; every refusal closes the channel it was made on. */
export type Refusal = Error & { readonly code: number };

/** Runs one operation on a channel of its own, so that its refusal spoils nothing else. */
export async function attempt(
  session: Session,
  operation: (channel: Channel) => Promise<unknown>,
): Promise<Refusal | undefined> {
  const channel = await session.model.createChannel();
  channel.on('error', () => undefined); // the operation's own rejection tells the same
  try {
    await operation(channel);
    await channel.close();
    return undefined;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return error;
  }
}

function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && typeof (error as { code?: unknown }).code === 'number';
}
