--- @include "owners"

-- The set of all exports of an owner.
local function owned_key(tenant, client) return prefix .. ':mine:' .. owner_named(tenant, client) end

local function disown(id)
  local tenant, client = unpack(redis.call('HMGET', export_key(id), 'tenant', 'client'))
  if tenant and client then redis.call('ZREM', owned_key(tenant, client), id) end
end
