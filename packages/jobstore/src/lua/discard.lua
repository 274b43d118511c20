-- Purpose: undoes create while nobody has seen the export.
-- Arrow:   preparing -> (nothing)
-- KEYS:    1 export, 2 plan step, 3 index of live exports
-- ARGV:    1 export id
-- Returns: {'discarded'}
--          {'kept'}  it is not preparing, or does not exist
if redis.call('HGET', KEYS[1], 'state') ~= 'preparing' then return { 'kept' } end
redis.call('UNLINK', KEYS[1], KEYS[2])
redis.call('ZREM', KEYS[3], ARGV[1])
return { 'discarded' }
