-- Purpose: begins an entry. Needs Redis 6.2, as all of this folder.
-- KEYS:    1 open: sorted set of ids by start time, 2 entries: hash of id to start as JSON, 3 clock: hash of last, the
--          latest completion time, sequence, and bytes, those that are not archived
-- ARGV:    1 id, 2 start as JSON, 3 most bytes
-- Returns: {'started'}  again for a repeat
--          {'full'}
local bytes = tonumber(redis.call('HGET', KEYS[3], 'bytes') or '0')
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 1 then return { 'started' } end
if bytes + #ARGV[2] > tonumber(ARGV[3]) then return { 'full' } end
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('HINCRBY', KEYS[3], 'bytes', #ARGV[2])
return { 'started' }
