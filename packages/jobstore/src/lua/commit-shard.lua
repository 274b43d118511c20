-- Purpose: marks a shard done at its checkpoint, to which its last cut, when given, leads: all or nothing. The last shard
--          of the open stage opens and queues the next one, or finalize.
-- Arrow:   none
-- KEYS:    1 export, 2 step, 3 parts of the step
-- ARGV:    1 token, 2 nonce, 3 cuts, 4 offset, 5 offset that the last cut starts from, or '' without one, 6 its parts as a
--          JSON array, 7 stored bytes read, 8 rows written, 9 bytes written, 10 lines skipped, 11 prefix
-- Returns: {'committed'}  again for a repeat
--          {'gap', <cuts>, <offset>}  the checkpoint, or where the cut starts, is not the stored one
--          {'fenced'}
if not holds(KEYS[1], KEYS[2], ARGV[1], ARGV[2]) then return { 'fenced' } end
local state, cuts, offset = unpack(redis.call('HMGET', KEYS[2], 'state', 'cuts', 'offset'))
if state ~= 'running' and state ~= 'done' then return { 'fenced' } end
local is_there = ARGV[3] == cuts and ARGV[4] == offset
if state == 'done' and is_there then return { 'committed' } end
local cut_leads = state == 'running' and ARGV[5] == offset and tonumber(ARGV[3]) == tonumber(cuts) + 1
if cut_leads then
  record_cut(KEYS[1], KEYS[2], KEYS[3], ARGV[1], ARGV[5], ARGV[4], unpack(ARGV, 6, 10))
elseif ARGV[5] ~= '' or not is_there then
  return { 'gap', cuts, offset }
end

redis.call('HSET', KEYS[1], 'progressAt', text(now_ms()))
redis.call('HSET', KEYS[2], 'state', 'done', 'lease', '0')
leave(id_of(KEYS[1]), step_of(KEYS[1], KEYS[2]), redis.call('HGET', KEYS[1], 'tenant'))
local done = redis.call('HINCRBY', KEYS[1], 'shardsDone', 1)
if done == tonumber(redis.call('HGET', KEYS[1], 'shardsOpen')) then open_next(KEYS[1]) end
return { 'committed' }
