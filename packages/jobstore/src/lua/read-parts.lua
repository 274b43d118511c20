-- Purpose: reads what steps have committed: the parts of each cut, how many cuts the step counts, and its state. Reads
--          the first step in any case, and no more steps once the limit of cuts is reached.
-- Arrow:   none
-- KEYS:    parts and step, in turns
-- ARGV:    1 most cuts, 2 prefix
-- Returns: {'parts', {<parts of each cut, JSON>, ...}, <cuts counted, or nothing where the step is gone>,
--          <state, or ''>, ... in turns}
local most, read = tonumber(ARGV[1]), 0
local reply = { 'parts' }
for at = 1, #KEYS, 2 do
  local cuts = redis.call('LRANGE', KEYS[at], 0, -1)
  reply[#reply + 1] = cuts
  reply[#reply + 1] = redis.call('HGET', KEYS[at + 1], 'cuts')
  reply[#reply + 1] = redis.call('HGET', KEYS[at + 1], 'state') or ''
  read = read + #cuts
  if read >= most then break end
end
return reply
