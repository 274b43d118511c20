-- Purpose: adds shards to a plan, at most 1,000 at a time. No shard can be claimed until the last slice, which
--          completes the plan, marks the plan step done, and opens and queues the first stage, or finalize.
--          A planner that starts again at shard 0 replaces what one before it has planned, with all that came of it.
-- Arrow:   none
-- KEYS:    1 export, 2 plan step, 3 ... one for each shard of the slice
-- ARGV:    1 token, 2 nonce, 3 index of the first shard, 4 stages of the complete plan as '<count>,...', '0' for a
--          plan without shards, or '' when slices follow, 5 stored bytes of all shards, 6 shards and subjects of each
--          pass as '<shards>/<subjects>,...', or '' where passes are not counted, 7 ... start offset of each, then prefix
-- Returns: {'planned'}  again for a repeat
--          {'mismatch', <shards planned>}  the slice leaves a gap, or the stages count other shards than were planned
--          {'fenced'}
--- @include "held"
--- @include "open-next"
local step = held(KEYS[1], KEYS[2], ARGV[1], ARGV[2])
if not step then return { 'fenced' } end
if step.state == 'done' then return { 'planned' } end
if step.state ~= 'running' then return { 'fenced' } end

local first, count = tonumber(ARGV[3]), #KEYS - 2
local planned, stepKeys = unpack(redis.call('HMGET', KEYS[1], 'shardsPlanned', 'stepKeys'))
if first > tonumber(planned or '0') then return { 'mismatch', planned or '0' } end
planned = first == 0 and count or math.max(tonumber(planned or '0'), first + count)
if ARGV[4] ~= '' then
  local staged = 0
  for shards in string.gmatch(ARGV[4], '%d+') do staged = staged + tonumber(shards) end
  if staged ~= planned then return { 'mismatch', text(planned) } end
end

local id, parts = id_of(KEYS[1]), {}
for shard = 1, count do
  redis.call('HSET', KEYS[2 + shard], 'state', 'waiting', 'attempts', '0', 'cuts', '0', 'offset', ARGV[6 + shard])
  parts[shard] = parts_key(id, step_of(KEYS[1], KEYS[2 + shard]))
end
if count > 0 then redis.call('UNLINK', unpack(parts)) end
redis.call('HSET', KEYS[1], 'shardsPlanned', text(planned), 'stepKeys', text(math.max(tonumber(stepKeys), planned + 2)))
if ARGV[4] == '' then return { 'planned' } end

redis.call('HSET', KEYS[1], 'shardsTotal', text(planned), 'bytesTotal', ARGV[5], 'stages', ARGV[4], 'progressAt', text(now_ms()))
if ARGV[6] ~= '' then
  local pass, done, counts = 0, 0, {}
  for shards, subjects in string.gmatch(ARGV[6], '(%d+)/(%d+)') do
    counts[#counts + 1], counts[#counts + 2] = 'left:' .. text(pass), shards
    counts[#counts + 1], counts[#counts + 2] = 'subjects:' .. text(pass), subjects
    if shards == '0' then done = done + tonumber(subjects) end
    pass = pass + 1
  end
  redis.call('HSET', KEYS[1], 'subjectsDone', text(done), unpack(counts))
end
redis.call('HSET', KEYS[2], 'state', 'done', 'lease', '0')
unsend(id, 'plan', step.tenant)
open_next(KEYS[1])
return { 'planned' }
