-- Purpose: gives a step back before it is done, so that it waits again. A hand-back returns the attempt. A failure
--          spends one, also when cuts were committed since the claim.
-- Arrow:   none
-- KEYS:    1 export, 2 step
-- ARGV:    1 token, 2 nonce, 3 'handback' | 'failed', 4 failure as JSON, or '', 5 ms until it may be dispatched, 6 prefix
-- Returns: {'released'}  again for a repeat
--          {'fenced'}
--- @include "held"
--- @include "enqueue"
--- @include "put-off"
local step = held(KEYS[1], KEYS[2], ARGV[1], ARGV[2])
if not step then return { 'fenced' } end
if step.state == 'waiting' then return { 'released' } end
if step.state ~= 'running' then return { 'fenced' } end
local attempts = redis.call('HGET', KEYS[2], 'attempts')

if ARGV[3] == 'failed' then
  redis.call('HSET', KEYS[2], 'attempts', text(math.max(1, tonumber(attempts))), 'failure', ARGV[4])
else
  redis.call('HSET', KEYS[2], 'attempts', text(math.max(0, tonumber(attempts) - 1)))
end
redis.call('HSET', KEYS[2], 'state', 'waiting', 'lease', '0')
local id, name, tenant, now = id_of(KEYS[1]), step_of(KEYS[1], KEYS[2]), step.tenant, now_ms()
if tonumber(ARGV[5]) > 0 then
  put_off(id, name, tenant, now + tonumber(ARGV[5]))
else
  put_back(id, name, tenant, now)
end
return { 'released' }
