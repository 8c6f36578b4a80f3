import { InfrastructureError, MessagingError } from '@waybill/messaging';

/** One call claimed an id twice: a verdict per id could not tell the copies apart, and both would run. */
export class RepeatedClaimError extends MessagingError {
  constructor(subscription: string, messageId: string) {
    super('WAYBILL_INBOX_REPEATED_CLAIM', `${subscription}: message ${messageId} is claimed twice at once`, {
      kind: 'bug',
    });
  }
}

/** The lease ran out while its run was held up, and somebody else has the message: nothing of this run may stay. */
export class LeaseLostError extends InfrastructureError {
  override readonly code = 'WAYBILL_INBOX_LEASE_LOST';

  constructor(subscription: string, messageIds: readonly string[]) {
    super(`${subscription}: the leases on ${messageIds.join(', ')} are lost`);
  }
}

/** Redis is away, frozen, out of memory or refuses commands: nothing is claimed meanwhile, and no attempt is spent. */
export class RedisAwayError extends InfrastructureError {
  override readonly code = 'WAYBILL_REDIS_AWAY';

  constructor(because: string, options?: ErrorOptions) {
    super(`Redis: ${because}`, options);
  }
}

/** This Redis may drop keys when its memory is full, and with them what was handled. The store does not work on it. */
export class EvictingRedisError extends InfrastructureError {
  override readonly code = 'WAYBILL_REDIS_EVICTS';

  constructor(policy: string) {
    super(
      `Redis forgets keys when its memory is full (maxmemory-policy ${policy}), and a forgotten message is handled ` +
        'again: set "maxmemory-policy noeviction", or give the inbox a Redis of its own',
    );
  }
}

/** Options of which one cannot hold beside another. */
export class RedisOptionsError extends MessagingError {
  constructor(readonly problems: readonly string[]) {
    super('WAYBILL_REDIS_OPTIONS', `Redis inbox:\n- ${problems.join('\n- ')}`, { kind: 'bug' });
  }
}
