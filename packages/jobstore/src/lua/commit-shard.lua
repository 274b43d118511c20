-- Purpose: records the last cut of a shard and marks the shard done, all or nothing. The last shard of the open stage
--          opens and queues the next one, or finalize.
-- Arrow:   none
-- KEYS:    1 export, 2 step, 3 parts of the step
-- ARGV:    1 token, 2 nonce, 3 to 14 the cut, 15 prefix
-- Returns: {'committed', <rows, bytes that the export has written>}  again for a repeat by the same lease
--          {'gap', <cuts>, <offset>}  the cut does not continue what is stored
--          {'fenced'}
if not holds(KEYS[1], KEYS[2], ARGV[1], ARGV[2]) then return { 'fenced' } end
local state = redis.call('HGET', KEYS[2], 'state')
if state ~= 'running' and state ~= 'done' then return { 'fenced' } end
local place, cuts, offset = place_of_cut(KEYS[2])
if place == 'gap' or (place == 'next' and state == 'done') then return { 'gap', cuts, offset } end
if state == 'done' then return committed(KEYS[1]) end

if place == 'next' then record_cut(KEYS[1], KEYS[2], KEYS[3]) end
redis.call('HSET', KEYS[2], 'state', 'done', 'lease', '0')
leave(id_of(KEYS[1]), step_of(KEYS[1], KEYS[2]), redis.call('HGET', KEYS[1], 'tenant'))
local done = redis.call('HINCRBY', KEYS[1], 'shardsDone', 1)
if done == tonumber(redis.call('HGET', KEYS[1], 'shardsOpen')) then open_next(KEYS[1]) end
return committed(KEYS[1])
