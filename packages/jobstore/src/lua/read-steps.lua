-- Purpose: reads what is kept of steps.
-- Arrow:   none
-- KEYS:    steps
-- ARGV:    1 prefix
-- Returns: {'steps', <fields of one, as an array of names and values>, ...}
local reply = { 'steps' }
for at = 1, #KEYS do
  reply[at + 1] = redis.call('HGETALL', KEYS[at])
end
return reply
