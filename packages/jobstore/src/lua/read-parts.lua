-- Purpose: reads what steps have committed: the parts of each cut, and how many cuts the step counts.
-- Arrow:   none
-- KEYS:    parts and step, in turns
-- ARGV:    1 prefix
-- Returns: {'parts', {<parts of each cut, JSON>, ...}, <cuts counted, or nothing where the step is gone>, ... in turns}
local reply = { 'parts' }
for at = 1, #KEYS, 2 do
  reply[#reply + 1] = redis.call('LRANGE', KEYS[at], 0, -1)
  reply[#reply + 1] = redis.call('HGET', KEYS[at + 1], 'cuts')
end
return reply
