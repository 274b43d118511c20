-- Purpose: marks a shard done at its checkpoint. The last shard of the open stage opens and queues the next one, or
--          finalize.
-- Arrow:   none
-- KEYS:    1 export, 2 step
-- ARGV:    1 token, 2 nonce, 3 cuts, 4 offset, 5 prefix
-- Returns: {'committed'}  again for a repeat
--          {'gap', <cuts>, <offset>}  the checkpoint is not the stored one
--          {'fenced'}
if not holds(KEYS[1], KEYS[2], ARGV[1], ARGV[2]) then return { 'fenced' } end
local state, cuts, offset = unpack(redis.call('HMGET', KEYS[2], 'state', 'cuts', 'offset'))
if state ~= 'running' and state ~= 'done' then return { 'fenced' } end
if ARGV[3] ~= cuts or ARGV[4] ~= offset then return { 'gap', cuts, offset } end
if state == 'done' then return { 'committed' } end

redis.call('HSET', KEYS[1], 'progressAt', text(now_ms()))
redis.call('HSET', KEYS[2], 'state', 'done', 'lease', '0')
leave(id_of(KEYS[1]), step_of(KEYS[1], KEYS[2]), redis.call('HGET', KEYS[1], 'tenant'))
local done = redis.call('HINCRBY', KEYS[1], 'shardsDone', 1)
if done == tonumber(redis.call('HGET', KEYS[1], 'shardsOpen')) then open_next(KEYS[1]) end
return { 'committed' }
