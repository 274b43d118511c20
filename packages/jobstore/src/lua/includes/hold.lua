--- @include "window"

-- A worker has the step until its lease ends. Returns whether it was in the hands of nobody: it had no place before.
local function hold(id, step, tenant, ends)
  local member = id .. '/' .. step
  local owner, added = place(id, { ends, member }, tenant)
  redis.call('ZREM', queued, member)
  if owner then redis.call('ZADD', held_key(owner), ends, member) end
  return added == 1
end
