-- Purpose: lets clients and workers see an export whose request has been stored, and queues its plan.
-- Arrow:   preparing -> accepted
-- KEYS:    1 export
-- ARGV:    1 prefix
-- Returns: {'activated'}  also when it was accepted before
--          {'refused'}    every other state, or no such export
--- @include "enqueue"
--- @include "active"
--- @include "totals"
local state, tenant = unpack(redis.call('HMGET', KEYS[1], 'state', 'tenant'))
if state == 'preparing' then
  local now = text(now_ms())
  redis.call('HSET', KEYS[1], 'state', 'accepted', 'progressAt', now)
  redis.call('ZREM', preparing, id_of(KEYS[1]))
  count_export('started')
  enqueue(id_of(KEYS[1]), 'plan', tenant, now)
  redis.call('ZADD', active_key(tenant), 'NX', now, id_of(KEYS[1]))
  return { 'activated' }
end
return { state == 'accepted' and 'activated' or 'refused' }
