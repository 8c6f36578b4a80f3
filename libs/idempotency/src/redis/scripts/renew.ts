import { script } from '../script.js';

/**
 * A full lease from now for the owner of a claim (KEYS: the claim; ARGV: owner, body hash, lease ms, life ms); 0 when it
 * is somebody else's or completed. A claim that is gone was flushed, and whoever comes first has it again: also its owner.
 */
export const renewScript = script(`
local found = redis.call('GET', KEYS[1])
if found then
  local claim = cjson.decode(found)
  if claim.owner ~= ARGV[1] or claim.state ~= 'processing' then return 0 end
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('SET', KEYS[1], cjson.encode({
  state = 'processing', owner = ARGV[1], bodyHash = ARGV[2], leaseUntil = now + ARGV[3]
}), 'PX', ARGV[4])
return 1`);
