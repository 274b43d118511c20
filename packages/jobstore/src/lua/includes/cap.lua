--- @include "window"

-- How many slots a tenant has left. What expired does not count.
local function free_slots(tenant, cap, now)
  if cap == 0 then return math.huge end
  redis.call('ZREMRANGEBYSCORE', slots_key(tenant), '-inf', text(now))
  return cap - redis.call('ZCARD', slots_key(tenant))
end
