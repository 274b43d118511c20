-- Purpose: reads what steps have committed: the parts of each cut, and how many cuts the step counts. Reads the first
--          step in any case, and no more steps once the limit of cuts is reached.
-- Arrow:   none
-- KEYS:    parts and step, in turns
-- ARGV:    1 most cuts, 2 prefix
-- Returns: {'parts', {<parts of each cut, JSON>, ...}, <cuts counted, or nothing where the step is gone>, ... in turns}
local most, read = tonumber(ARGV[1]), 0
local reply = { 'parts' }
for at = 1, #KEYS, 2 do
  local cuts = redis.call('LRANGE', KEYS[at], 0, -1)
  reply[at + 1] = cuts
  reply[at + 2] = redis.call('HGET', KEYS[at + 1], 'cuts')
  read = read + #cuts
  if read >= most then break end
end
return reply
