-- Purpose: keeps the set of live workers, and how many steps they work on at a time.
-- Arrow:   none
-- KEYS:    1 workers, 2 slots of each, 3 slots of all
-- ARGV:    1 worker, 2 its slots, or 0 when it leaves, 3 ms for which it is known, 4 prefix
-- Returns: {'registered', <slots of all workers>}
--- @include "numbers"
local now = now_ms()
redis.call('ZADD', KEYS[1], text(now + tonumber(ARGV[3])), ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
if tonumber(ARGV[2]) == 0 then redis.call('ZADD', KEYS[1], text(now), ARGV[1]) end
for _, worker in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', text(now))) do
  redis.call('ZREM', KEYS[1], worker)
  redis.call('HDEL', KEYS[2], worker)
end
local all = 0
for _, slots in ipairs(redis.call('HVALS', KEYS[2])) do all = all + tonumber(slots) end
-- When nobody registers any more, this is forgotten by itself.
redis.call('SET', KEYS[3], text(all), 'PX', ARGV[3])
return { 'registered', text(all) }
