-- Purpose: extends a lease from now on. A lease that has run out may still be extended while nobody took the step back.
-- Arrow:   none
-- KEYS:    1 export, 2 step
-- ARGV:    1 token, 2 nonce, 3 lease in ms, 4 prefix
-- Returns: {'extended'}
--          {'fenced'}
if not holds(KEYS[1], KEYS[2], ARGV[1], ARGV[2]) or redis.call('HGET', KEYS[2], 'state') ~= 'running' then
  return { 'fenced' }
end
local ends = text(now_ms() + tonumber(ARGV[3]))
redis.call('HSET', KEYS[2], 'lease', ends)
hold(id_of(KEYS[1]), step_of(KEYS[1], KEYS[2]), redis.call('HGET', KEYS[1], 'tenant'), ends)
return { 'extended' }
