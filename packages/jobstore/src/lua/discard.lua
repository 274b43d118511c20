-- Purpose: undoes create while nobody has seen the export.
-- Arrow:   preparing -> (nothing)
-- KEYS:    1 export, 2 plan step, 3 index of live exports
-- ARGV:    1 export id, 2 prefix
-- Returns: {'discarded'}
--          {'kept'}  it is not preparing, or does not exist
--- @include "active"
--- @include "idempotency"
--- @include "owned"
--- @include "totals"
local state, tenant = unpack(redis.call('HMGET', KEYS[1], 'state', 'tenant'))
if state ~= 'preparing' then return { 'kept' } end
free_key(ARGV[1])
disown(ARGV[1])
redis.call('UNLINK', KEYS[1], KEYS[2])
redis.call('ZREM', KEYS[3], ARGV[1])
redis.call('ZREM', preparing, ARGV[1])
redis.call('ZREM', active_key(tenant), ARGV[1])
return { 'discarded' }
