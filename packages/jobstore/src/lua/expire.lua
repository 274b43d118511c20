-- Purpose: removes an export that has ended and whose steps have been forgotten.
-- Arrow:   completed | failed | cancelled -> (nothing)
-- KEYS:    1 export, 2 index of exports that have ended
-- ARGV:    1 export id, 2 prefix
-- Returns: {'expired'}  also when there is no such export
--          {'live'}     it has not ended
--          {'steps', <stepKeys>}  forget these first
--- @include "idempotency"
--- @include "owned"
local state, steps = unpack(redis.call('HMGET', KEYS[1], 'state', 'stepKeys'))
if state and state ~= 'completed' and state ~= 'failed' and state ~= 'cancelled' then return { 'live' } end
if state and tonumber(steps) > 0 then return { 'steps', steps } end
free_key(ARGV[1])
disown(ARGV[1])
redis.call('UNLINK', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[1])
return { 'expired' }
