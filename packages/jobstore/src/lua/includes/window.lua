--- @include "owners"

local window, queued, asked, owners = prefix .. ':window', prefix .. ':queued', prefix .. ':asked', prefix .. ':owners'

local function sent_key(owner) return prefix .. ':sent:' .. owner end
local function held_key(owner) return prefix .. ':held:' .. owner end
local function slots_key(tenant) return prefix .. ':slots:' .. tenant end

-- Steps of an export have places in the window until then. `placed` is {<until>, <member>, ...}. Returns the owner, and how
-- many had none before.
local function place(id, placed, tenant)
  local owner = owner_of(id)
  local added = redis.call('ZADD', window, unpack(placed))
  redis.call('ZADD', slots_key(tenant), unpack(placed))
  if owner then redis.call('ZADD', sent_key(owner), unpack(placed)) end
  return owner, added
end
