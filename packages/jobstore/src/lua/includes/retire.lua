--- @include "unsend"
--- @include "ready"
--- @include "turns"
--- @include "active"

-- Removes every trace of an export from the sets. Its tenant is unknown when somebody has removed the hash.
local function retire(id, tenant)
  for _, set in ipairs({ ready_key(id), failed_key(id) }) do
    for _, step in ipairs(redis.call('ZRANGE', set, 0, -1)) do redis.call('ZREM', queued, id .. '/' .. step) end
    redis.call('UNLINK', set)
  end
  for _, member in ipairs(redis.call('ZRANGE', window, 0, -1)) do
    if string.sub(member, 1, #id + 1) == id .. '/' then
      local _, step = parts_of(member)
      leave(id, step, tenant)
    end
  end
  redis.call('ZREM', later, id)
  if tenant then
    local owner = owner_of(id)
    if owner then redis.call('ZREM', exports_key(owner), id) end
    redis.call('ZREM', active_key(tenant), id)
  end
end
