-- Purpose: gives a step back before it is done, so that it waits again. A hand-back returns the attempt. A failure
--          spends one, also when cuts were committed since the claim.
-- Arrow:   none
-- KEYS:    1 export, 2 step
-- ARGV:    1 token, 2 nonce, 3 'handback' | 'failed', 4 failure as JSON, or '', 5 ms until it may be dispatched, 6 prefix
-- Returns: {'released'}  again for a repeat
--          {'fenced'}
if not holds(KEYS[1], KEYS[2], ARGV[1], ARGV[2]) then return { 'fenced' } end
local state, attempts = unpack(redis.call('HMGET', KEYS[2], 'state', 'attempts'))
if state == 'waiting' then return { 'released' } end
if state ~= 'running' then return { 'fenced' } end

if ARGV[3] == 'failed' then
  redis.call('HSET', KEYS[2], 'attempts', text(math.max(1, tonumber(attempts))), 'failure', ARGV[4])
else
  redis.call('HSET', KEYS[2], 'attempts', text(math.max(0, tonumber(attempts) - 1)))
end
redis.call('HSET', KEYS[2], 'state', 'waiting', 'lease', '0')
local id, name, tenant, now = id_of(KEYS[1]), step_of(KEYS[1], KEYS[2]), redis.call('HGET', KEYS[1], 'tenant'), now_ms()
if tonumber(ARGV[5]) > 0 then
  put_off(id, name, tenant, now + tonumber(ARGV[5]))
else
  put_back(id, name, tenant, now)
end
return { 'released' }
