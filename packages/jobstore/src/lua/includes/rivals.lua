--- @include "counts"

-- Whether an owner has a step in the window that no worker has, and that has waited for `ms`.
local function has_waited(owner, now, ms)
  if ms == 0 then return true end
  for _, member in ipairs(redis.call('ZRANGE', sent_key(owner), 0, -1)) do
    local since = not redis.call('ZSCORE', held_key(owner), member) and redis.call('ZSCORE', queued, member)
    if since and now - tonumber(since) >= ms then return true end
  end
  return false
end

-- Whether one owner alone has steps in the window. An index without any owner knows nothing.
local function is_alone()
  return redis.call('ZCARD', counted) == 1
end

-- How many other owners wait that hold less, up to as many as matter, among the ten that hold the least for each of these. An
-- eighth less is the same: with many slots, steps end in another order than they began, and each claim that is refused costs a
-- message. Each
-- is counted before anybody stands back for it: an earlier version of the scripts may have changed its sets.
local function rivals(owner, now, ms, enough)
  if is_alone() then return 0 end
  local mine = redis.call('ZCOUNT', held_key(owner), '(' .. text(now), '+inf')
  local most = mine - 1 - math.floor(mine / 8)
  if most < 0 then return 0 end
  if redis.call('EXISTS', counted) == 0 then make_counts(now) end
  count_due(now)
  local count, limit = 0, math.min(100, 10 * enough)
  for _, other in ipairs(redis.call('ZRANGEBYSCORE', waiting, '-inf', text(most), 'LIMIT', 0, limit)) do
    local held = other ~= owner and count_owner(other)
    if held and held <= most and has_waited(other, now, ms) then
      count = count + 1
      if count >= enough then return count end
    end
  end
  return count
end
