--- @include "counts"

-- Steps of an export have places in the window until then. `placed` is {<until>, <member>, ...}; with `held`, workers have
-- them. Returns how many had no place before.
local function place(id, placed, tenant, held)
  local owner = owner_of(id)
  local added = redis.call('ZADD', window, unpack(placed))
  redis.call('ZADD', slots_key(tenant), unpack(placed))
  if not owner then return added end
  local changed = redis.call('ZADD', sent_key(owner), unpack(placed))
  if held then changed = changed + redis.call('ZADD', held_key(owner), unpack(placed)) end
  if redis.call('ZADD', counted, 'LT', placed[1], owner) == 0 then
    if changed > 0 then count_owner(owner) end
  elseif redis.call('ZCARD', counted) == 1 then
    -- Nobody was in the index.
    make_counts(now_ms())
  else
    recount(owner, now_ms())
  end
  return added
end
