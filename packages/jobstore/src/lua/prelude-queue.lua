-- How steps wait, for every script of this folder; it is put behind prelude.lua.
--
-- Names of keys are made from the prefix, the last argument of each script, because they depend on tenants and exports
-- that a script meets on its way. That is safe: the prefix carries a hash tag, so that all of them are in the slot of
-- the declared keys. All are sorted sets, unless said otherwise:
--   :queued        '<export>/<step>' by the time since which it may be dispatched, or from which it may: every step that
--                  waits and that nobody holds
--   :x:<export>:q  steps of an export that may be dispatched: plan, finalize, then shards by index, so that a shard
--                  that comes back is in front
--   :x:<export>:l  steps that failed, by the time from which they may be dispatched; :later exports by the first of it
--   :tenants       tenants by virtual time; :clients:<tenant> its clients by theirs; :o:<owner> exports of a client
--                  by theirs. An owner is a client of a tenant
--   :window        dispatched steps, by the time from which their delivery is doubted: a deadline, then their lease's end
--   :slots:<tenant>   the same of one tenant: what counts for its cap
--   :sent:<owner>  the same of one owner; :held:<owner> what workers have of it; :owners owners that may have
--                  something in the window that no worker has, by the time from which all of that is doubted
--   :asked         steps whose workers were asked to hand them back, by the time from which they may be asked again
--   :active:<tenant>  exports that are not decided, by accepted time: what counts for its other cap
--   :workers       workers by the time until which they are known; hash :worker-slots; string :capacity, slots of all
-- In the hash of an export, shardsQueued is how many shards were put into its set so far, and openedAt says when their
-- stage was opened. In that of a step, round is how often it came back.

local prefix = ARGV[#ARGV]
local queued, window, later = prefix .. ':queued', prefix .. ':window', prefix .. ':later'
local tenants, owners, asked = prefix .. ':tenants', prefix .. ':owners', prefix .. ':asked'

-- Shards that are put into the set of an export at once: one script must not hold Redis for long.
local FILL = 1000
-- Virtual times are moved back to 0 when they get here, long before a double loses digits.
local REBASE = 1000000

local function export_key(id) return prefix .. ':x:' .. id end
local function step_key(id, step) return prefix .. ':x:' .. id .. ':s:' .. step end
local function parts_key(id, step) return prefix .. ':x:' .. id .. ':p:' .. step end
local function id_of(export) return string.sub(export, #prefix + 4) end
local function step_of(export, step) return string.sub(step, #export + 4) end
local function ready_key(id) return prefix .. ':x:' .. id .. ':q' end
local function failed_key(id) return prefix .. ':x:' .. id .. ':l' end
local function clients_key(tenant) return prefix .. ':clients:' .. tenant end
local function exports_key(owner) return prefix .. ':o:' .. owner end
local function sent_key(owner) return prefix .. ':sent:' .. owner end
local function held_key(owner) return prefix .. ':held:' .. owner end
local function slots_key(tenant) return prefix .. ':slots:' .. tenant end
local function active_key(tenant) return prefix .. ':active:' .. tenant end

local function accepts_work(state) return state == 'accepted' or state == 'in-progress' end

local function parts_of(member)
  return string.match(member, '^(.*)/([^/]+)$')
end

local function order_of(step)
  if step == 'plan' then return '-2' end
  if step == 'finalize' then return '-1' end
  return string.sub(step, 7)
end

-- Who is not there yet starts where the least one stands: time without work earns nothing.
local function join(set, member)
  if redis.call('ZSCORE', set, member) then return end
  local least = redis.call('ZRANGE', set, 0, 0, 'WITHSCORES')
  redis.call('ZADD', set, least[2] or '0', member)
end

-- The length keeps a tenant and a client apart, whatever they are called.
local function owner_named(tenant, client)
  return text(#tenant) .. ':' .. tenant .. ':' .. client
end

-- The owner of an export and its client; nil when somebody has removed its hash.
local function owner_of(id)
  local export = export_key(id)
  if not known[export] then remember_owner(export, unpack(redis.call('HMGET', export, 'tenant', 'client'))) end
  if not known[export] then return nil end
  local tenant, client = unpack(known[export])
  return owner_named(tenant, client), client
end

local function line_up(id, tenant)
  local owner, client = owner_of(id)
  if not owner then return end
  join(exports_key(owner), id)
  join(clients_key(tenant), client)
  join(tenants, tenant)
end

-- The step takes no place in the window any more.
local function unsend(id, step, tenant)
  local member = id .. '/' .. step
  redis.call('ZREM', window, member)
  redis.call('ZREM', asked, member)
  if tenant then redis.call('ZREM', slots_key(tenant), member) end
  local owner = owner_of(id)
  if owner then
    redis.call('ZREM', sent_key(owner), member)
    redis.call('ZREM', held_key(owner), member)
    if redis.call('EXISTS', sent_key(owner)) == 0 then redis.call('ZREM', owners, owner) end
  end
end

-- The step has a place in the window until then. Returns its member, its owner, and whether it had none before.
local function place(id, step, tenant, ends)
  local member, owner = id .. '/' .. step, owner_of(id)
  local is_new = redis.call('ZADD', window, ends, member) == 1
  redis.call('ZADD', slots_key(tenant), ends, member)
  if owner then redis.call('ZADD', sent_key(owner), ends, member) end
  return member, owner, is_new
end

-- The step takes a place in the window, in which it waits for a worker until then.
local listed = {}
local function send(id, step, tenant, ends)
  local _, owner = place(id, step, tenant, ends)
  if owner and listed[owner] ~= ends then
    redis.call('ZADD', owners, 'GT', ends, owner)
    listed[owner] = ends
  end
end

-- The step is not dispatched any more, and waits for nobody.
local function leave(id, step, tenant)
  redis.call('ZREM', queued, id .. '/' .. step)
  unsend(id, step, tenant)
end

-- A worker has the step until its lease ends. Returns whether it was in the hands of nobody: it had no place before.
local function hold(id, step, tenant, ends)
  local member, owner, is_new = place(id, step, tenant, ends)
  redis.call('ZREM', queued, member)
  if owner then redis.call('ZADD', held_key(owner), ends, member) end
  return is_new
end

local function enqueue(id, step, tenant, since)
  unsend(id, step, tenant)
  redis.call('ZADD', queued, 'NX', since, id .. '/' .. step)
  redis.call('ZADD', ready_key(id), order_of(step), step)
  line_up(id, tenant)
end

-- Puts a step that was dispatched back. The next message has an id of its own: that of a failed one is taken.
local function put_back(id, step, tenant, now)
  redis.call('HINCRBY', step_key(id, step), 'round', 1)
  enqueue(id, step, tenant, text(now))
end

-- Puts a step back that may be dispatched from `due` on.
local function put_off(id, step, tenant, due)
  redis.call('HINCRBY', step_key(id, step), 'round', 1)
  unsend(id, step, tenant)
  redis.call('ZADD', queued, 'NX', text(due), id .. '/' .. step)
  redis.call('ZADD', failed_key(id), text(due), step)
  redis.call('ZADD', later, 'LT', text(due), id)
end

-- Whether a tenant has no slot left for this step. What expired does not count.
local function at_cap(tenant, cap, now, member)
  if cap == 0 then return false end
  local slots = slots_key(tenant)
  redis.call('ZREMRANGEBYSCORE', slots, '-inf', text(now))
  if member and redis.call('ZSCORE', slots, member) then return false end
  return redis.call('ZCARD', slots) >= cap
end

-- How many steps of an owner workers have.
local function held_by(owner, now)
  return redis.call('ZCOUNT', held_key(owner), '(' .. text(now), '+inf')
end

-- Whether an owner has a step in the window that no worker has, and that has waited for so many ms.
local function waits(owner, now, ms)
  redis.call('ZREMRANGEBYSCORE', sent_key(owner), '-inf', text(now))
  redis.call('ZREMRANGEBYSCORE', held_key(owner), '-inf', text(now))
  if redis.call('ZCARD', sent_key(owner)) <= redis.call('ZCARD', held_key(owner)) then return false end
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

-- How many other owners wait that hold less. A hundred of them are looked at.
local function rivals(owner, now, ms)
  if not has_others() then return 0 end
  local count, most = 0, held_by(owner, now) - 1
  if most < 0 then return 0 end
  redis.call('ZREMRANGEBYSCORE', owners, '-inf', text(now))
  for _, other in ipairs(redis.call('ZRANGE', owners, 0, 99)) do
    if other ~= owner and held_by(other, now) <= most and waits(other, now, ms) then count = count + 1 end
  end
  return count
end

-- Puts the next shards of the open stage into the set of the export. Returns whether there were any.
local function fill(id)
  local export = export_key(id)
  local from, open, since, tenant = unpack(redis.call('HMGET', export, 'shardsQueued', 'shardsOpen', 'openedAt', 'tenant'))
  from, open = tonumber(from or '0'), tonumber(open or '0')
  local to = math.min(open, from + FILL)
  if from >= to then return false end
  local steps, members = {}, {}
  for shard = from, to - 1 do
    local step = 'shard-' .. text(shard)
    steps[#steps + 1], steps[#steps + 2] = text(shard), step
    members[#members + 1], members[#members + 2] = since, id .. '/' .. step
  end
  redis.call('ZADD', ready_key(id), unpack(steps))
  redis.call('ZADD', queued, 'NX', unpack(members))
  redis.call('HSET', export, 'shardsQueued', text(to))
  line_up(id, tenant)
  return true
end

-- Removes every trace of an export from the sets. Its tenant is unknown when somebody has removed the hash.
local function retire(id, tenant)
  for _, set in ipairs({ ready_key(id), failed_key(id) }) do
    for _, step in ipairs(redis.call('ZRANGE', set, 0, -1)) do redis.call('ZREM', queued, id .. '/' .. step) end
    redis.call('UNLINK', set)
  end
  for _, member in ipairs(redis.call('ZRANGE', window, 0, -1)) do
    if string.sub(member, 1, #id + 1) == id .. '/' then
      local _, step = parts_of(member)
      leave(id, step, tenant)
    end
  end
  redis.call('ZREM', later, id)
  if tenant then
    local owner = owner_of(id)
    if owner then redis.call('ZREM', exports_key(owner), id) end
    redis.call('ZREM', active_key(tenant), id)
  end
end

-- Opens the next stage that has shards, or finalize after the last one, and queues it.
local function open_next(export)
  local id, now = id_of(export), text(now_ms())
  local tenant, open, stages = unpack(redis.call('HMGET', export, 'tenant', 'shardsOpen', 'stages'))
  local boundary = 0
  for count in string.gmatch(stages, '%d+') do
    boundary = boundary + tonumber(count)
    if boundary > tonumber(open) then
      redis.call('HSET', export, 'shardsOpen', text(boundary), 'openedAt', now)
      fill(id)
      return
    end
  end
  redis.call('HSET', step_key(id, 'finalize'), 'state', 'waiting', 'attempts', '0', 'cuts', '0', 'offset', '0')
  redis.call('UNLINK', parts_key(id, 'finalize'))
  enqueue(id, 'finalize', tenant, now)
end

