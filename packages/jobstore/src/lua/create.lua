-- Purpose: makes an export that clients do not see yet, with its plan step.
-- Arrow:   (nothing) -> preparing
-- KEYS:    1 export, 2 plan step, 3 index of live exports
-- ARGV:    1 export id, 2 tenant, 3 client
-- Returns: {'created', <accepted time, ms>}
--          {'exists'}  there is an export with this id, in whatever state
if redis.call('EXISTS', KEYS[1]) == 1 then return { 'exists' } end

local at = text(now_ms())
redis.call('HSET', KEYS[1],
  'id', ARGV[1], 'tenant', ARGV[2], 'client', ARGV[3],
  'state', 'preparing', 'acceptedAt', at,
  'stepKeys', '2', 'shardsOpen', '0', 'shardsDone', '0',
  'bytesTotal', '0', 'bytesRead', '0', 'rowsWritten', '0', 'bytesWritten', '0', 'skippedLines', '0')
redis.call('HSET', KEYS[2], 'state', 'waiting', 'attempts', '0', 'cuts', '0', 'offset', '0')
-- Listed from here on, so that a kick-off that died is found.
redis.call('ZADD', KEYS[3], at, ARGV[1])
return { 'created', at }
