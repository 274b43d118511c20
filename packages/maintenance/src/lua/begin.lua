-- Purpose: takes a task for one process, unless another one has it. Needs Redis 6.2.
-- KEYS:    1 lock, 2 record: hash with iteration, since and reason of the running one, and last as JSON
-- ARGV:    1 nonce of the process, 2 lock in ms, 3 reason
-- Returns: {'begun', <iteration>, <start time, ms>, <last as JSON, or ''>}
--          {'busy'}
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return { 'busy' } end
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
local iteration = redis.call('HINCRBY', KEYS[2], 'iteration', 1)
redis.call('HSET', KEYS[2], 'since', now, 'reason', ARGV[3])
return { 'begun', string.format('%.0f', iteration), now, redis.call('HGET', KEYS[2], 'last') or '' }
