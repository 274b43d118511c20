--- @include "owners"

local tenants = prefix .. ':tenants'

local function clients_key(tenant) return prefix .. ':clients:' .. tenant end
local function exports_key(owner) return prefix .. ':o:' .. owner end

-- A new member gets the lowest virtual time of the set: time without work earns nothing.
local function join(set, member)
  if redis.call('ZSCORE', set, member) then return end
  local least = redis.call('ZRANGE', set, 0, 0, 'WITHSCORES')
  redis.call('ZADD', set, least[2] or '0', member)
end

local function line_up(id, tenant)
  local owner, client = owner_of(id)
  if not owner then return end
  join(exports_key(owner), id)
  join(clients_key(tenant), client)
  join(tenants, tenant)
end
