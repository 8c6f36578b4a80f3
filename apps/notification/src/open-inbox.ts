import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { RedisInbox } from '@waybill/idempotency/redis';
import { systemClock } from '@waybill/messaging';

const waitMs = 5_000;

/**
 * Refuses the start with a Redis that may forget what was handled. One that is away is waited for by the subscription: its
 * messages stay in SQS meanwhile, and the service answers.
 */
export async function openInbox(inbox: RedisInbox): Promise<void> {
  const started = inbox.start();
  started.catch(() => undefined); // who starts later hears of it by every claim, and the log by the connection's events
  await Promise.race([started, systemClock.wait(waitMs)]);
}

/** Its connection lives as long as the service; the consumers have drained when it is closed. */
@Injectable()
export class CloseInbox implements OnApplicationShutdown {
  constructor(@Inject(RedisInbox) private readonly inbox: RedisInbox) {}

  onApplicationShutdown(): void {
    this.inbox.close();
  }
}
