-- Purpose: forgets completed entries that are archived.
-- KEYS:    1 completed, 2 clock
-- ARGV:    1 time and 2 sequence of the last one to go
-- Returns: {'dropped', <entries>}
local dropped = 0
for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])) do
  local score = tonumber(redis.call('ZSCORE', KEYS[1], member))
  local sequence = tonumber(string.match(member, '^(%d+):'))
  if score < tonumber(ARGV[1]) or sequence <= tonumber(ARGV[2]) then
    redis.call('ZREM', KEYS[1], member)
    redis.call('HINCRBY', KEYS[2], 'bytes', -#member)
    dropped = dropped + 1
  end
end
return { 'dropped', string.format('%.0f', dropped) }
