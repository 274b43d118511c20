--- @include "numbers"
--- @include "keys"

-- Tenant and client of exports, by the keys of these. Neither changes in the life of an export.
local known = {}
local function remember_owner(export, tenant, client)
  if tenant and client then known[export] = { tenant, client } end
end

-- The length keeps a tenant and a client apart, whatever they are called.
local function owner_named(tenant, client)
  return text(#tenant) .. ':' .. tenant .. ':' .. client
end

-- The owner of an export and its client; nil when somebody has removed its hash.
local function owner_of(id)
  local export = export_key(id)
  if not known[export] then remember_owner(export, unpack(redis.call('HMGET', export, 'tenant', 'client'))) end
  if not known[export] then return nil end
  local tenant, client = unpack(known[export])
  return owner_named(tenant, client), client
end
