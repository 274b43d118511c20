-- Purpose: says that the object store is about to change, so that the content does not count as complete.
-- KEYS:    1 generation, 2 complete
-- Returns: the new generation, and the ms for which the content would still have counted as complete (below 1: not at all)
if redis.call('EXISTS', KEYS[1]) == 0 then
  -- After a loss of data no generation from before it may come again.
  local time = redis.call('TIME')
  redis.call('SET', KEYS[1], time[1] .. string.format('%06d', tonumber(time[2])))
end
local left = redis.call('PTTL', KEYS[2])
redis.call('DEL', KEYS[2])
redis.call('INCR', KEYS[1])
-- As text: it has more digits than a number keeps.
return { redis.call('GET', KEYS[1]), left }
