--- @include "window"
--- @include "ready"
--- @include "turns"

-- Shards that are put into the set of an export at once: one script must not hold Redis for long.
local FILL = 1000

-- Puts the next shards of the open stage into the set of the export. Returns whether there were any.
local function fill(id)
  local export = export_key(id)
  local from, open, since, tenant = unpack(redis.call('HMGET', export, 'shardsQueued', 'shardsOpen', 'openedAt', 'tenant'))
  from, open = tonumber(from or '0'), tonumber(open or '0')
  local to = math.min(open, from + FILL)
  if from >= to then return false end
  local steps, members = {}, {}
  for shard = from, to - 1 do
    local step = 'shard-' .. text(shard)
    steps[#steps + 1], steps[#steps + 2] = text(shard), step
    members[#members + 1], members[#members + 2] = since, id .. '/' .. step
  end
  redis.call('ZADD', ready_key(id), unpack(steps))
  redis.call('ZADD', queued, 'NX', unpack(members))
  redis.call('HSET', export, 'shardsQueued', text(to))
  line_up(id, tenant)
  return true
end
