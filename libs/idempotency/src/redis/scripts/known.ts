import { script } from '../script.js';

/** What is known of a message (KEYS: its claim, its admitted bodies; ARGV: body hash); nothing unless it is handled. */
export const knownScript = script(`
local found = redis.call('GET', KEYS[1])
if not found then return false end
local claim = cjson.decode(found)
if claim.state ~= 'completed' then return false end
if claim.bodyHash == ARGV[1] or redis.call('SISMEMBER', KEYS[2], ARGV[1]) == 1 then return 'duplicate' end
return 'different-body'`);
