--- @include "unsend"
--- @include "ready"
--- @include "turns"

local function enqueue(id, step, tenant, since)
  unsend(id, step, tenant)
  redis.call('ZADD', queued, 'NX', since, id .. '/' .. step)
  redis.call('ZADD', ready_key(id), order_of(step), step)
  line_up(id, tenant)
end

-- Puts a step that was dispatched back. The next message has an id of its own: that of a failed one is taken.
local function put_back(id, step, tenant, now)
  redis.call('HINCRBY', step_key(id, step), 'round', 1)
  enqueue(id, step, tenant, text(now))
end
