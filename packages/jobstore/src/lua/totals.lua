-- Purpose: reads how many exports were started, have ended and run, all at one moment:
--          started - completed - failed - cancelled - unknown = running. Exports that came or went by other hands, as
--          those of a version that did not count or a record that somebody removed, are counted here: as started, or as
--          ended with an unknown outcome.
-- Arrow:   none
-- KEYS:    1 index of live exports
-- ARGV:    1 prefix
-- Returns: {'totals', <started>, <completed>, <failed>, <cancelled>, <unknown>, <running>}
--- @include "numbers"
--- @include "totals"
for _, id in ipairs(redis.call('ZRANGE', preparing, 0, -1)) do
  if redis.call('HGET', export_key(id), 'state') ~= 'preparing' then redis.call('ZREM', preparing, id) end
end
local running = redis.call('ZCARD', KEYS[1]) - redis.call('ZCARD', preparing)

local counts = { started = 0, completed = 0, failed = 0, cancelled = 0, unknown = 0 }
local stored = redis.call('HGETALL', totals)
for at = 1, #stored, 2 do counts[stored[at]] = tonumber(stored[at + 1]) end
local excess = counts.started - counts.completed - counts.failed - counts.cancelled - counts.unknown - running
if excess ~= 0 then
  local name = excess > 0 and 'unknown' or 'started'
  counts[name] = counts[name] + math.abs(excess)
  redis.call('HINCRBY', totals, name, text(math.abs(excess)))
end
return { 'totals', text(counts.started), text(counts.completed), text(counts.failed), text(counts.cancelled),
  text(counts.unknown), text(running) }
