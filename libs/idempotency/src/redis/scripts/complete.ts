import { script } from '../script.js';

/**
 * The message of a claim is handled (KEYS: the claim, its admitted bodies; ARGV: owner, body hash, life ms). Changes
 * nothing about a claim that somebody else has taken over. One that is gone was flushed, and is remembered again.
 */
export const completeScript = script(`
local found = redis.call('GET', KEYS[1])
if found and cjson.decode(found).owner ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], cjson.encode({
  state = 'completed', owner = ARGV[1], bodyHash = ARGV[2]
}), 'PX', ARGV[3])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return 1`);
