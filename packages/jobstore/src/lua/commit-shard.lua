-- Purpose: records the last cut of a shard and marks the shard done, all or nothing. The last shard of the open stage
--          opens and queues the next one, or finalize.
-- Arrow:   none
-- KEYS:    1 export, 2 step, 3 parts of the step
-- ARGV:    1 token, 2 nonce, 3 to 16 the cut, 17 index of the pass that the shard is of, or '', 18 prefix
-- Returns: {'committed', <rows, bytes, files that the export has written>}  again for a repeat by the same lease
--          {'gap', <cuts>, <offset>}  the cut does not continue what is stored
--          {'fenced'}
--- @include "held"
--- @include "cuts"
--- @include "open-next"
local step = held(KEYS[1], KEYS[2], ARGV[1], ARGV[2])
if not step or (step.state ~= 'running' and step.state ~= 'done') then return { 'fenced' } end
local place = place_of_cut(step)
if place == 'gap' or (place == 'next' and step.state == 'done') then return { 'gap', step.cuts, step.offset } end
if step.state == 'done' then return committed(KEYS[1]) end

local reply
if place == 'next' then
  reply = record_cut(KEYS[1], KEYS[2], KEYS[3], step, 'state', 'done', 'lease', '0')
else
  redis.call('HSET', KEYS[2], 'state', 'done', 'lease', '0')
  reply = committed(KEYS[1])
end
unsend(id_of(KEYS[1]), step_of(KEYS[1], KEYS[2]), step.tenant)
if ARGV[17] ~= '' and redis.call('HINCRBY', KEYS[1], 'left:' .. ARGV[17], -1) == 0 then
  redis.call('HINCRBY', KEYS[1], 'subjectsDone', redis.call('HGET', KEYS[1], 'subjects:' .. ARGV[17]))
end
local done = redis.call('HINCRBY', KEYS[1], 'shardsDone', 1)
if done == tonumber(step.open) then open_next(KEYS[1]) end
return reply
