import { script } from '../script.js';

/**
 * Claims one message (KEYS: its claim, its admitted bodies; ARGV: owner, body hash, lease ms, life ms) by the server's
 * clock, so that no consumer's clock matters. The first takes the key (SET NX); one whose lease has run out is taken over
 * by exactly one. The first body seen under an id holds until its claim is released: an owner that died may have had its
 * effects, and another body must not pass for the same message then. While it is being handled nothing is said of bodies:
 * its end decides.
 */
export const claimScript = script(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local claim = cjson.encode({
  state = 'processing', owner = ARGV[1], bodyHash = ARGV[2], leaseUntil = now + ARGV[3]
})
if redis.call('SET', KEYS[1], claim, 'NX', 'PX', ARGV[4]) then return 'new' end
local found = cjson.decode(redis.call('GET', KEYS[1]))
if found.state == 'processing' and found.leaseUntil > now then return 'busy' end
if found.bodyHash ~= ARGV[2] and redis.call('SISMEMBER', KEYS[2], ARGV[2]) == 0 then return 'different-body' end
if found.state == 'completed' then return 'duplicate' end
redis.call('SET', KEYS[1], claim, 'PX', ARGV[4])
return 'new'`);
