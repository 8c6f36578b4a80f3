import { script } from '../script.js';

/** A body (ARGV: its hash, life ms) that is known under an id from now on (KEYS: its admitted bodies). */
export const admitBodyScript = script(`
redis.call('SADD', KEYS[1], ARGV[1])
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`);
