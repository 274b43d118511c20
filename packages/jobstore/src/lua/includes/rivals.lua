--- @include "window"

-- How many steps of an owner workers have.
local function held_by(owner, now)
  return redis.call('ZCOUNT', held_key(owner), '(' .. text(now), '+inf')
end

-- Whether an owner has a step in the window that no worker has, and that has waited for `ms`. One with nothing in the
-- window is not listed any more.
local function waits(owner, now, ms)
  redis.call('ZREMRANGEBYSCORE', sent_key(owner), '-inf', text(now))
  redis.call('ZREMRANGEBYSCORE', held_key(owner), '-inf', text(now))
  local sent = redis.call('ZCARD', sent_key(owner))
  if sent == 0 then redis.call('ZREM', owners, owner) end
  if sent <= redis.call('ZCARD', held_key(owner)) then return false end
  for _, member in ipairs(redis.call('ZRANGE', sent_key(owner), 0, -1)) do
    local since = not redis.call('ZSCORE', held_key(owner), member) and redis.call('ZSCORE', queued, member)
    if since and now - tonumber(since) >= ms then return true end
  end
  return false
end

-- Whether several owners may have something that waits.
local function has_others()
  return redis.call('ZCARD', owners) > 1
end

-- How many other owners wait that hold less, up to as many as matter. A hundred of them are looked at: with many owners that is
-- most of the work of a claim, so it ends early.
local function rivals(owner, now, ms, enough)
  if not has_others() then return 0 end
  local count, most = 0, held_by(owner, now) - 1
  if most < 0 then return 0 end
  redis.call('ZREMRANGEBYSCORE', owners, '-inf', text(now))
  for _, other in ipairs(redis.call('ZRANGE', owners, 0, 99)) do
    if other ~= owner and held_by(other, now) <= most and waits(other, now, ms) then
      count = count + 1
      if count >= enough then return count end
    end
  end
  return count
end
