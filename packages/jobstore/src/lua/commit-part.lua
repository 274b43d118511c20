-- Purpose: records one cut of a shard and moves its offset, all or nothing. Progress clears the spent attempts.
-- Arrow:   none
-- KEYS:    1 export, 2 step, 3 parts of the step
-- ARGV:    1 token, 2 nonce, 3 to 14 the cut, 15 prefix
-- Returns: {'committed', <rows, bytes that the export has written>}  again for a repeat by the same lease
--          {'gap', <cuts>, <offset>}  the cut does not continue what is stored
--          {'fenced'}
if not holds(KEYS[1], KEYS[2], ARGV[1], ARGV[2]) then return { 'fenced' } end
if redis.call('HGET', KEYS[2], 'state') ~= 'running' then return { 'fenced' } end
local place, cuts, offset = place_of_cut(KEYS[2])
if place == 'gap' then return { 'gap', cuts, offset } end
if place == 'next' then record_cut(KEYS[1], KEYS[2], KEYS[3]) end
return committed(KEYS[1])
