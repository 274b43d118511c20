-- Purpose: compares the next steps of live exports with the sets, whatever may have removed a set, a member or a hash.
--          A step that is ready and in no set waits again; so does one whose hash is gone, for a claim will say so.
--          Calls share one place at which they go on, so that many processes do the work once.
-- Arrow:   none
-- KEYS:    1 index of live exports, 2 place: hash with rank, export and position
-- ARGV:    1 most steps, 2 prefix
-- Returns: {'mended', <steps>, <lost exports, each ended by a space>}
--- @include "states"
--- @include "hold"
--- @include "enqueue"
--- @include "retire"
local now, left = now_ms(), tonumber(ARGV[1])
local mended, lost = 0, ''
local rank, at, position = unpack(redis.call('HMGET', KEYS[2], 'rank', 'export', 'position'))
rank, position = tonumber(rank or '0'), tonumber(position or '0')

local function is_finished(hash)
  return hash.total and hash.total == hash.finished
end

local function step_at(place)
  if place == 0 then return 'plan' end
  return place == 1 and 'finalize' or 'shard-' .. text(place - 2)
end

-- Returns whether something had to be done.
local function mend_step(id, hash, name)
  local state, lease = unpack(redis.call('HMGET', step_key(id, name), 'state', 'lease'))
  if state == 'done' or (name == 'finalize' and not is_finished(hash)) then return false end
  local member = id .. '/' .. name
  if redis.call('ZSCORE', window, member) then return false end
  if state == 'running' then
    hold(id, name, hash.tenant, lease)
    return true
  end
  if redis.call('ZSCORE', failed_key(id), name) then return false end
  if redis.call('ZSCORE', ready_key(id), name) then
    return redis.call('ZADD', queued, 'NX', text(now), member) == 1
  end
  put_back(id, name, hash.tenant, now)
  return true
end

while left > 0 do
  local id = redis.call('ZRANGE', KEYS[1], rank, rank)[1]
  if not id then
    rank = 0
    break
  end
  if id ~= at then at, position = id, 0 end
  left = left - 1
  local export = export_key(id)
  local state, tenant, upto, open, total, finished = unpack(redis.call('HMGET', export,
    'state', 'tenant', 'shardsQueued', 'shardsOpen', 'shardsTotal', 'shardsDone'))
  local is_over = true
  if not state then
    redis.call('ZREM', KEYS[1], id)
    retire(id)
    lost = lost .. id .. ' '
    rank = rank - 1
  elseif accepts_work(state) then
    local hash = { tenant = tenant, total = total, finished = finished }
    local first = redis.call('ZRANGE', failed_key(id), 0, 0, 'WITHSCORES')
    if first[2] then redis.call('ZADD', later, 'NX', first[2], id) end
    redis.call('ZADD', active_key(tenant), 'NX', text(now), id)
    local owner = owner_of(id)
    if owner then recount(owner, now) end
    local last = 1 + tonumber(upto or '0')
    while position <= last and left > 0 do
      if mend_step(id, hash, step_at(position)) then mended = mended + 1 end
      position = position + 1
      left = left - 1
    end
    is_over = position > last
    if redis.call('EXISTS', ready_key(id)) == 1 or tonumber(upto or '0') < tonumber(open) then line_up(id, tenant) end
  end
  if is_over then rank, at, position = rank + 1, '', 0 end
end
redis.call('HSET', KEYS[2], 'rank', text(rank), 'export', at or '', 'position', text(position))
return { 'mended', text(mended), lost }
