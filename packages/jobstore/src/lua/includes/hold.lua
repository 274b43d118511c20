--- @include "place"

-- A worker has the step until its lease ends. Returns whether it was in the hands of nobody: it had no place before.
local function hold(id, step, tenant, ends)
  local member = id .. '/' .. step
  redis.call('ZREM', queued, member)
  return place(id, { ends, member }, tenant, true) == 1
end
