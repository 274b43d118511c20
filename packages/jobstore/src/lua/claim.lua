-- Purpose: takes a step. One owner at a time; each claim gets a higher token, also over a failover:
--          max(previous + 1, time in ms).
-- Arrow:   accepted -> in-progress, when the step is plan; else none
-- KEYS:    1 export, 2 step
-- ARGV:    1 nonce, 2 worker, 3 lease in ms, 4 most attempts, 5 'plan' | 'finalize' | index of the shard,
--          6 most steps of a tenant that are held at a time, as `cap_of` reads it, 7 prefix
-- Returns: {'claimed', <token>, <cuts>, <offset>, <attempt>, <tenant>, <ms since the export was started>}
--          with the same token for a repeat under a live lease
--          {'held', <ms until the other owner's lease ends>}
--          {'exhausted', <attempts>, <failure as JSON, or ''>}
--          {'done'}
--          {'full'}   the tenant is at its cap, or another client waits that holds less; the step waits again
--          {'closed', <state>, <outcome>}
--          {'early'}  its stage is not open, not all shards are done, or the export is preparing
--          {'lost'}   it should be there and is not
--          {'gone'}   no such export, or no such step in its plan
--- @include "states"
--- @include "hold"
--- @include "enqueue"
--- @include "cap"
--- @include "rivals"
local id, name = id_of(KEYS[1]), step_of(KEYS[1], KEYS[2])
local state, outcome, open, total, finished, tenant, client, started = unpack(redis.call('HMGET', KEYS[1],
  'state', 'outcome', 'shardsOpen', 'shardsTotal', 'shardsDone', 'tenant', 'client', 'startedAt'))
remember_owner(KEYS[1], tenant, client)
local shard = tonumber(ARGV[5])
local refused
if not state then
  refused = { 'gone' }
elseif state == 'preparing' then
  refused = { 'early' }
elseif not accepts_work(state) then
  refused = { 'closed', state, outcome }
elseif shard and total and shard >= tonumber(total) then
  refused = { 'gone' }
elseif shard and shard >= tonumber(open) then
  refused = { 'early' }
elseif ARGV[5] == 'finalize' and (not total or finished ~= total) then
  -- Also where its hash is there: it may be of the life before of an export that was put back.
  refused = { 'early' }
end
if refused then
  leave(id, name, tenant)
  return refused
end

local step, token, owner, lease, attempts, cuts, offset, failure = unpack(redis.call('HMGET', KEYS[2],
  'state', 'token', 'owner', 'lease', 'attempts', 'cuts', 'offset', 'failure'))
if not step then return { 'lost' } end
if step == 'done' then
  leave(id, name, tenant)
  return { 'done' }
end

-- Whether the step must wait for another of its tenant to end, or for another client.
local function must_wait(now)
  local cap = cap_of(ARGV[6], tenant)
  if cap == 0 and is_alone() then return false end
  -- A full Redis refuses this write. After a first one that takes no memory, such as those below, it would let the rest
  -- of the script through, and the step would be claimed by a worker whose heartbeats are refused.
  redis.call('HSET', KEYS[2], 'state', step)
  if free_slots(tenant, cap, now) <= 0 and not redis.call('ZSCORE', slots_key(tenant), id .. '/' .. name) then return true end
  return rivals(owner_of(id), now, 0, 1) > 0
end

local now = now_ms()
local ends = text(now + tonumber(ARGV[3]))
local mine = false
if step == 'running' and tonumber(lease) > now then
  if owner ~= ARGV[1] then return { 'held', text(tonumber(lease) - now) } end
  mine = true
elseif tonumber(attempts) >= tonumber(ARGV[4]) then
  return { 'exhausted', attempts, failure or '' }
elseif must_wait(now) then
  redis.call('HSET', KEYS[2], 'state', 'waiting', 'lease', '0')
  put_back(id, name, tenant, now)
  return { 'full' }
end

if not mine then
  token = text(math.max(tonumber(token or '0') + 1, now))
  attempts = text(tonumber(attempts) + 1)
  redis.call('HSET', KEYS[2],
    'state', 'running', 'token', token, 'owner', ARGV[1], 'worker', ARGV[2], 'attempts', attempts, 'lease', ends)
  if state == 'accepted' then redis.call('HSET', KEYS[1], 'state', 'in-progress', 'startedAt', text(now), 'progressAt', text(now)) end
else
  redis.call('HSET', KEYS[2], 'lease', ends)
end
if hold(id, name, tenant, ends) then
  -- It was not dispatched: its message is an older one.
  redis.call('ZREM', ready_key(id), name)
  redis.call('ZREM', failed_key(id), name)
end
local ran = math.max(0, now - tonumber(started or now))
return { 'claimed', token, cuts, offset, text(math.max(1, tonumber(attempts))), tenant, text(ran) }
