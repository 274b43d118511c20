-- Purpose: removes keys of steps of an export that has ended: the manifest tells what came out. Called for slices, from
--          the last step to the first, so that stepKeys stays true when the caller dies in between.
-- Arrow:   none
-- KEYS:    1 export, 2 ... keys of steps and of their parts
-- ARGV:    1 stepKeys afterwards
-- Returns: {'forgotten'}
--          {'kept'}  the export is not over, or does not exist
local state = redis.call('HGET', KEYS[1], 'state')
if state ~= 'completed' and state ~= 'failed' and state ~= 'cancelled' then return { 'kept' } end
for key = 2, #KEYS do redis.call('UNLINK', KEYS[key]) end
redis.call('HSET', KEYS[1], 'stepKeys', ARGV[1])
return { 'forgotten' }
