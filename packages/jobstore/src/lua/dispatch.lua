-- Purpose: takes the steps whose turn it is, as far as the window has room. The turn is that of the tenant with the lowest
--          virtual time, in it of the client with the lowest, in it of the export with the lowest, in it of the first
--          step. A step costs 1. Tenants at their cap are passed over, and gain nothing by it. A client that has
--          nothing in the window gets one step in where there is no room, so that it waits behind no long work of others.
-- Arrow:   none
-- KEYS:    1 window
-- ARGV:    1 most steps, 2 ms until a delivery is doubted, 3 window for each slot, 4 window while no worker is known,
--          5 most steps of one tenant that are held at a time, or 0, 6 prefix
-- Returns: {'dispatched', <'<export>/<step>/<round>'>, ...}
local now, cap = now_ms(), tonumber(ARGV[5])
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

-- The member of a set with the lowest virtual time, which stays below a limit.
local function first_of(set)
  local member, least = unpack(redis.call('ZRANGE', set, 0, 0, 'WITHSCORES'))
  if least and tonumber(least) >= REBASE then
    local by = text(-tonumber(least))
    for _, other in ipairs(redis.call('ZRANGE', set, 0, -1)) do redis.call('ZINCRBY', set, by, other) end
  end
  return member
end

-- Whether exports accept work; nothing of that changes while the script runs.
local live = {}

-- The next export of an owner and its first step. Exports without any leave.
local function next_of_owner(owner, tenant)
  local exports = exports_key(owner)
  while true do
    local id = first_of(exports)
    if not id then return nil end
    if live[id] == nil then live[id] = accepts_work(redis.call('HGET', export_key(id), 'state')) end
    local step = live[id] and redis.call('ZPOPMIN', ready_key(id))[1]
    if live[id] and not step and fill(id) then step = redis.call('ZPOPMIN', ready_key(id))[1] end
    if step then
      redis.call('ZINCRBY', exports, 1, id)
      return id, step
    end
    redis.call('ZREM', exports, id)
    if not live[id] then retire(id, tenant) end
  end
end

-- The next step of a tenant. Clients without any leave, and with the last one the tenant: until their turn comes they
-- stay, so that what they have had is not forgotten when they get work again.
local function next_of(tenant)
  local clients = clients_key(tenant)
  while true do
    local client = first_of(clients)
    if not client then
      redis.call('ZREM', tenants, tenant)
      return nil
    end
    local id, step = next_of_owner(owner_named(tenant, client), tenant)
    if id then return id, step, client end
    redis.call('ZREM', clients, client)
  end
end

local reply, passed, reached = { 'dispatched' }, 0, nil
local function take(id, step, tenant, client)
  send(id, step, tenant, deadline)
  redis.call('ZINCRBY', tenants, 1, tenant)
  redis.call('ZINCRBY', clients_key(tenant), 1, client)
  reply[#reply + 1] = id .. '/' .. step .. '/' .. (redis.call('HGET', step_key(id, step), 'round') or '0')
end

first_of(tenants)
while #reply - 1 < room do
  local turn = redis.call('ZRANGE', tenants, passed, passed, 'WITHSCORES')
  local tenant = turn[1]
  if not tenant then break end
  if at_cap(tenant, cap, now) then
    passed = passed + 1
  else
    local id, step, client = next_of(tenant)
    if id then
      take(id, step, tenant, client)
      reached = turn[2]
    end
  end
end
if reached and passed > 0 then
  for _, tenant in ipairs(redis.call('ZRANGE', tenants, 0, passed - 1)) do
    redis.call('ZADD', tenants, 'GT', reached, tenant)
  end
end

-- Where room was left, nobody waits who may have more.
if #reply - 1 < room then return reply end

-- Some of those that have nothing in the window, where it has no room.
local left = tonumber(ARGV[1]) - (#reply - 1)
for _, tenant in ipairs(redis.call('ZRANGE', tenants, 0, 19)) do
  if left > 0 and not at_cap(tenant, cap, now) then
    for _, client in ipairs(redis.call('ZRANGE', clients_key(tenant), 0, 19)) do
      local owner = owner_named(tenant, client)
      if left > 0 and redis.call('ZCOUNT', sent_key(owner), '(' .. text(now), '+inf') == 0 then
        local id, step = next_of_owner(owner, tenant)
        if id then
          take(id, step, tenant, client)
          left = left - 1
        end
      end
    end
  end
end
return reply
