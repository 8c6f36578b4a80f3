import { script } from '../script.js';

/** Gives a claim up (KEYS: the claim; ARGV: owner); 0 when it is not the owner's, or completed. */
export const releaseScript = script(`
local found = redis.call('GET', KEYS[1])
if not found then return 0 end
local claim = cjson.decode(found)
if claim.owner ~= ARGV[1] or claim.state ~= 'processing' then return 0 end
return redis.call('DEL', KEYS[1])`);
