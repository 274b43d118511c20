-- Purpose: records one cut of a shard and moves its offset, all or nothing. Progress clears the spent attempts.
-- Arrow:   none
-- KEYS:    1 export, 2 step, 3 parts of the step
-- ARGV:    1 token, 2 nonce, 3 number of the cut, 4 offset it starts from, 5 offset it ends at, 6 parts as a JSON array,
--          7 stored bytes read, 8 rows written, 9 bytes written, 10 lines skipped
-- Returns: {'committed'}  again for a repeat by the same lease
--          {'gap', <cuts>, <offset>}  the cut does not continue what is stored
--          {'fenced'}
if not holds(KEYS[1], KEYS[2], ARGV[1], ARGV[2]) then return { 'fenced' } end
local state, cuts, offset, from, by = unpack(redis.call('HMGET', KEYS[2], 'state', 'cuts', 'offset', 'cutFrom', 'cutBy'))
if state ~= 'running' then return { 'fenced' } end
if ARGV[3] ~= cuts or ARGV[4] ~= offset then
  local repeated = tonumber(ARGV[3]) + 1 == tonumber(cuts) and ARGV[4] == from and ARGV[5] == offset and by == ARGV[1]
  if repeated then return { 'committed' } end
  return { 'gap', cuts, offset }
end

record_cut(KEYS[1], KEYS[2], KEYS[3], ARGV[1], ARGV[4], ARGV[5], unpack(ARGV, 6, 10))
return { 'committed' }
