import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { RedisInbox } from '@waybill/idempotency/redis';
import { systemClock } from '@waybill/messaging';

/**
 * Refuses the start with a Redis that may forget what was handled. One that is away is waited for by the subscription: its
 * messages stay in SQS meanwhile, and the service answers. One that is refused later than that is told to the log, and to
 * the subscription by every claim.
 */
export async function openInbox(
  inbox: RedisInbox,
  waitMs = 5_000,
  logger: Pick<Logger, 'error'> = new Logger('inbox'),
): Promise<void> {
  const ended = new AbortController();
  const started = inbox.start().finally(() => ended.abort());
  // Not a timer more than is needed: it would keep a process up that has long ended otherwise.
  await Promise.race([started, systemClock.wait(waitMs, ended.signal)]);
  started.catch((error: unknown) => logger.error({ msg: 'cannot open the inbox', err: error }));
}

/** Its connection lives as long as the service; the consumers have drained when it is closed. */
@Injectable()
export class CloseInbox implements OnApplicationShutdown {
  constructor(@Inject(RedisInbox) private readonly inbox: RedisInbox) {}

  onApplicationShutdown(): void {
    this.inbox.close();
  }
}
