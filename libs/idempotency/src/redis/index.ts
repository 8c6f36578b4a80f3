export {
  EvictingRedisError,
  LeaseLostError,
  RedisAwayError,
  RedisOptionsError,
} from '../idempotency.errors.js';
export { RedisInbox } from './redis-inbox.js';
export type { RedisInboxOptions } from './redis.options.js';
