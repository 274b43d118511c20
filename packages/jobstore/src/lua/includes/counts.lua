-- An index of owners by the steps that workers have of them. It follows from the sets of each owner, and the script that
-- changes these counts the owner again, so that a claim looks at one member and not at all owners. The first script that
-- finds no index makes it: after an update from a version without one, or when somebody has removed it.
--- @include "window"
--- @include "members"

local waiting, counted = prefix .. ':waiting', prefix .. ':counted'

-- Counts an owner again. Returns the steps of it that workers have, if another one of it waits in the window; else nil.
local function count_owner(owner)
  local sent, held = redis.call('ZCARD', sent_key(owner)), redis.call('ZCARD', held_key(owner))
  if sent == 0 then redis.call('ZREM', counted, owner) end
  if sent <= held then
    redis.call('ZREM', waiting, owner)
    return nil
  end
  redis.call('ZADD', waiting, text(held), owner)
  return held
end

-- Counts an owner whose leases and deliveries may have ended.
local function recount(owner, now)
  redis.call('ZREMRANGEBYSCORE', sent_key(owner), '-inf', text(now))
  redis.call('ZREMRANGEBYSCORE', held_key(owner), '-inf', text(now))
  local first = redis.call('ZRANGE', sent_key(owner), 0, 0, 'WITHSCORES')
  if first[2] then redis.call('ZADD', counted, first[2], owner) end
  return count_owner(owner)
end

-- Makes the index from the window, which has at most a few steps for each slot. Versions before had ':owners'.
local function make_counts(now)
  redis.call('UNLINK', waiting, prefix .. ':owners')
  local seen = {}
  for _, member in ipairs(redis.call('ZRANGE', window, 0, -1)) do
    local owner = owner_of((parts_of(member)))
    if owner and not seen[owner] then
      seen[owner] = true
      recount(owner, now)
    end
  end
end

-- Owners to count again because a lease or a delivery of theirs has ended are counted, a hundred at a time.
local function count_due(now)
  for _, owner in ipairs(redis.call('ZRANGEBYSCORE', counted, '-inf', text(now), 'LIMIT', 0, 100)) do
    recount(owner, now)
  end
end
