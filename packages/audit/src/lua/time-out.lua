-- Purpose: ends entries as unknown that were begun long ago, the oldest first.
-- KEYS:    1 open, 2 entries, 3 clock, 4 completed
-- ARGV:    1 ms: begun then or before, 2 most entries
-- Returns: {'timed-out', <entries>}
--- @include "finish"
local ended = 0
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])) do
  local start = redis.call('HGET', KEYS[2], id)
  if start then
    finish(id, start, '{"kind":"unknown"}')
    ended = ended + 1
  else
    redis.call('ZREM', KEYS[1], id)
  end
end
return { 'timed-out', text(ended) }
