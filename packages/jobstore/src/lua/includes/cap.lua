--- @include "window"

-- The most steps of a tenant that are held at a time. `caps` is '<most of each tenant>[ <tenant>=<most>]...'.
local function cap_of(caps, tenant)
  local _, before = string.find(caps, ' ' .. tenant .. '=', 1, true)
  return tonumber(string.match(caps, '^%d+', before and before + 1 or 1))
end

-- How many slots a tenant has left. What expired does not count.
local function free_slots(tenant, cap, now)
  if cap == 0 then return math.huge end
  redis.call('ZREMRANGEBYSCORE', slots_key(tenant), '-inf', text(now))
  return cap - redis.call('ZCARD', slots_key(tenant))
end
