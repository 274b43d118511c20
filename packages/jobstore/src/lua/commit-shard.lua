-- Purpose: marks a shard done at its checkpoint. The last shard of the open stage opens the next one, or finalize.
-- Arrow:   none
-- KEYS:    1 export, 2 step, 3 finalize step
-- ARGV:    1 token, 2 nonce, 3 cuts, 4 offset
-- Returns: {'committed', <opened>}  again for a repeat
--          {'gap', <cuts>, <offset>}  the checkpoint is not the stored one
--          {'fenced'}
if not holds(KEYS[1], KEYS[2], ARGV[1], ARGV[2]) then return { 'fenced' } end
local state, cuts, offset, opened = unpack(redis.call('HMGET', KEYS[2], 'state', 'cuts', 'offset', 'opened'))
if state ~= 'running' and state ~= 'done' then return { 'fenced' } end
if ARGV[3] ~= cuts or ARGV[4] ~= offset then return { 'gap', cuts, offset } end
if state == 'done' then return { 'committed', opened } end

opened = ''
local done = redis.call('HINCRBY', KEYS[1], 'shardsDone', 1)
if done == tonumber(redis.call('HGET', KEYS[1], 'shardsOpen')) then opened = open_next(KEYS[1], KEYS[3]) end
redis.call('HSET', KEYS[2], 'state', 'done', 'lease', '0', 'opened', opened)
return { 'committed', opened }
