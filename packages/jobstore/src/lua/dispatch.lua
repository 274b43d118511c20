-- Purpose: takes the steps whose turn it is, as far as the window has room. The turn is that of the tenant with the lowest
--          virtual time, in it of the client with the lowest, in it of the export with the lowest, in it of the first
--          step. A step costs 1. Tenants at their cap are passed over, and gain nothing by it. A client that has
--          nothing in the window gets one step in where there is no room, so that it waits behind no long work of others.
-- Arrow:   none
-- KEYS:    1 window
-- ARGV:    1 most steps, 2 ms until a delivery is doubted, 3 window for each slot, 4 window while no worker is known,
--          5 most steps of a tenant that are held at a time, as `cap_of` reads it, 6 prefix
-- Returns: {'dispatched', <'<export>/<step>/<round>'>, ...}
--- @include "states"
--- @include "send"
--- @include "cap"
--- @include "fill"
--- @include "retire"
local now, caps = now_ms(), ARGV[5]
local deadline = text(now + tonumber(ARGV[2]))

-- What failed and has waited long enough lines up again. An export that has been decided has nothing here.
for _, id in ipairs(redis.call('ZRANGEBYSCORE', later, '-inf', text(now), 'LIMIT', 0, 50)) do
  local tenant = redis.call('HGET', export_key(id), 'tenant')
  for _, step in ipairs(redis.call('ZRANGEBYSCORE', failed_key(id), '-inf', text(now), 'LIMIT', 0, 100)) do
    redis.call('ZREM', failed_key(id), step)
    if tenant then
      redis.call('ZADD', ready_key(id), order_of(step), step)
      line_up(id, tenant)
    else
      leave(id, step)
    end
  end
  local first = redis.call('ZRANGE', failed_key(id), 0, 0, 'WITHSCORES')
  if first[2] then redis.call('ZADD', later, first[2], id) else redis.call('ZREM', later, id) end
end

-- The set of workers may be damaged or empty; a little must go on then.
local capacity = redis.pcall('GET', prefix .. ':capacity')
local slots = type(capacity) == 'string' and tonumber(capacity) or 0
local size = slots > 0 and slots * tonumber(ARGV[3]) or tonumber(ARGV[4])
local room = math.min(tonumber(ARGV[1]), size - redis.call('ZCARD', window))

-- Virtual times are moved back to 0 when they get here, long before a double loses digits.
local REBASE = 1000000

-- The member of a set with the lowest virtual time behind `passed` of them, for how many steps it stays that, and its time.
local function turn_in(set, passed)
  local member, time, _, later_time = unpack(redis.call('ZRANGE', set, passed, passed + 1, 'WITHSCORES'))
  if not member then return nil end
  time = tonumber(time)
  return member, later_time and math.max(1, tonumber(later_time) - time) or math.huge, time
end

-- The first of all, and for how many steps it stays that. Its virtual time stays below the limit.
local function first_of(set)
  local member, lead, time = turn_in(set, 0)
  if member and time >= REBASE then
    local by = text(-time)
    for _, other in ipairs(redis.call('ZRANGE', set, 0, -1)) do redis.call('ZINCRBY', set, by, other) end
  end
  return member, lead
end

-- Whether exports accept work; nothing of that changes while the script runs.
local live = {}

-- At most `most` steps that may be dispatched.
local function pop(id, most)
  local popped, steps = redis.call('ZPOPMIN', ready_key(id), text(most)), {}
  for at = 1, #popped, 2 do steps[#steps + 1] = popped[at] end
  return steps
end

-- The next export of an owner and its first steps, at most `most`. Exports without any leave.
local function next_of_owner(owner, tenant, most)
  local exports = exports_key(owner)
  while true do
    local id, lead = first_of(exports)
    if not id then return nil end
    if live[id] == nil then live[id] = accepts_work(redis.call('HGET', export_key(id), 'state')) end
    local steps = live[id] and pop(id, math.min(most, lead)) or {}
    if live[id] and #steps == 0 and fill(id) then steps = pop(id, math.min(most, lead)) end
    if #steps > 0 then
      redis.call('ZINCRBY', exports, #steps, id)
      return id, steps
    end
    redis.call('ZREM', exports, id)
    if not live[id] then retire(id, tenant) end
  end
end

-- The next steps of a tenant, at most `most`, which are of one export. Clients without any leave, and with the last one the
-- tenant: until their turn comes they stay, so that what they have had is not forgotten when they get work again.
local function next_of(tenant, most)
  local clients = clients_key(tenant)
  while true do
    local client, lead = first_of(clients)
    if not client then
      redis.call('ZREM', tenants, tenant)
      return nil
    end
    local id, steps = next_of_owner(owner_named(tenant, client), tenant, math.min(most, lead))
    if id then return id, steps, client end
    redis.call('ZREM', clients, client)
  end
end

local reply, passed, reached = { 'dispatched' }, 0, nil
local function take(id, steps, tenant, client)
  send(id, steps, tenant, deadline)
  redis.call('ZINCRBY', tenants, #steps, tenant)
  redis.call('ZINCRBY', clients_key(tenant), #steps, client)
  for _, step in ipairs(steps) do
    reply[#reply + 1] = id .. '/' .. step .. '/' .. (redis.call('HGET', step_key(id, step), 'round') or '0')
  end
end

first_of(tenants)
while #reply - 1 < room do
  local tenant, lead, time = turn_in(tenants, passed)
  if not tenant then break end
  local free = free_slots(tenant, cap_of(caps, tenant), now)
  if free <= 0 then
    passed = passed + 1
  else
    local id, steps, client = next_of(tenant, math.min(room - (#reply - 1), free, lead))
    if id then
      take(id, steps, tenant, client)
      -- The time at which the last of them was its turn.
      reached = time + #steps - 1
    end
  end
end
if reached and passed > 0 then
  for _, tenant in ipairs(redis.call('ZRANGE', tenants, 0, passed - 1)) do
    redis.call('ZADD', tenants, 'GT', text(reached), tenant)
  end
end

-- Where room was left, nobody waits who may have more.
if #reply - 1 < room then return reply end

-- Some of those that have nothing in the window, where it has no room.
local left = tonumber(ARGV[1]) - (#reply - 1)
if redis.call('EXISTS', counted) == 0 then make_counts(now) end
count_due(now)
for _, tenant in ipairs(redis.call('ZRANGE', tenants, 0, 19)) do
  local clients = left > 0 and free_slots(tenant, cap_of(caps, tenant), now) > 0 and redis.call('ZRANGE', clients_key(tenant), 0, 19) or {}
  local named = {}
  for at, client in ipairs(clients) do named[at] = owner_named(tenant, client) end
  local ends = #named > 0 and redis.call('ZMSCORE', counted, unpack(named))
  for at, client in ipairs(clients) do
    local id, steps
    if left > 0 and not ends[at] then id, steps = next_of_owner(named[at], tenant, 1) end
    if id then
      take(id, steps, tenant, client)
      left = left - 1
    end
  end
end
return reply
