-- Purpose: keeps newer versions and, if asked, marks the content as complete. Needs Redis 6.2.
-- KEYS:    1 content: hash of id and JSON, 2 numbers: hash of id and version, 3 generation, 4 complete
-- ARGV:    1 generation in which the content becomes complete, or '', 2 ms for which it does,
--          then id, version and JSON of each version
-- Returns: 1 when a version was kept, else 0
local generation = redis.call('GET', KEYS[3]) or '0'
if ARGV[1] == generation then redis.call('SET', KEYS[4], '1', 'PX', ARGV[2]) end
local changed = false
for at = 3, #ARGV, 3 do
  local known = tonumber(redis.call('HGET', KEYS[2], ARGV[at]) or '0')
  if tonumber(ARGV[at + 1]) > known then
    redis.call('HSET', KEYS[2], ARGV[at], ARGV[at + 1])
    redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 2])
    changed = true
  end
end
if changed then
  if redis.call('EXISTS', KEYS[3]) == 0 then
    -- After a loss of data no generation from before it may come again.
    local time = redis.call('TIME')
    redis.call('SET', KEYS[3], time[1] .. string.format('%06d', tonumber(time[2])))
  end
  redis.call('INCR', KEYS[3])
end
return changed and 1 or 0
