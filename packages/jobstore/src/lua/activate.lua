-- Purpose: lets clients and workers see an export whose request has been stored.
-- Arrow:   preparing -> accepted
-- KEYS:    1 export
-- ARGV:    none
-- Returns: {'activated'}  also when it was accepted before
--          {'refused'}    every other state, or no such export
local state = redis.call('HGET', KEYS[1], 'state')
if state == 'preparing' then
  redis.call('HSET', KEYS[1], 'state', 'accepted')
  return { 'activated' }
end
return { state == 'accepted' and 'activated' or 'refused' }
