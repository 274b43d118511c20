-- Purpose: records one cut of a shard and moves its offset, all or nothing. Progress clears the spent attempts.
-- Arrow:   none
-- KEYS:    1 export, 2 step, 3 parts of the step
-- ARGV:    1 token, 2 nonce, 3 to 16 the cut, 17 prefix
-- Returns: {'committed', <rows, bytes, files that the export has written>}  again for a repeat by the same lease
--          {'gap', <cuts>, <offset>}  the cut does not continue what is stored
--          {'fenced'}
--- @include "held"
--- @include "cuts"
local step = held(KEYS[1], KEYS[2], ARGV[1], ARGV[2])
if not step or step.state ~= 'running' then return { 'fenced' } end
local place = place_of_cut(step)
if place == 'gap' then return { 'gap', step.cuts, step.offset } end
if place == 'repeated' then return committed(KEYS[1]) end
return record_cut(KEYS[1], KEYS[2], KEYS[3], step)
