--- @include "counts"

-- The step takes no place in the window any more.
local function unsend(id, step, tenant)
  local member = id .. '/' .. step
  redis.call('ZREM', window, member)
  redis.call('ZREM', asked, member)
  if tenant then redis.call('ZREM', slots_key(tenant), member) end
  local owner = owner_of(id)
  if owner and redis.call('ZREM', sent_key(owner), member) + redis.call('ZREM', held_key(owner), member) > 0 then
    count_owner(owner)
  end
end

-- The step is not dispatched any more, and waits for nobody.
local function leave(id, step, tenant)
  redis.call('ZREM', queued, id .. '/' .. step)
  unsend(id, step, tenant)
end
