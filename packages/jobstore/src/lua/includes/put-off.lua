--- @include "unsend"
--- @include "ready"

-- Puts a step back that may be dispatched from `due` on.
local function put_off(id, step, tenant, due)
  redis.call('HINCRBY', step_key(id, step), 'round', 1)
  unsend(id, step, tenant)
  redis.call('ZADD', queued, 'NX', text(due), id .. '/' .. step)
  redis.call('ZADD', failed_key(id), text(due), step)
  redis.call('ZADD', later, 'LT', text(due), id)
end
