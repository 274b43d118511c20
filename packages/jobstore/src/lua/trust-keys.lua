-- Purpose: keeps that all exports of the object store are in Redis, so that idempotency keys which nobody holds are free.
-- Arrow:   none
-- KEYS:    1 index of live exports, for the slot only
-- ARGV:    1 run of the Redis server in which somebody began to put back all exports, and has done so; '' asks for the
--          run only, 2 prefix
-- Returns: {'run', <the run of the server>}
--          {'trusted'}
--          {'over'}  the run is another one by now: Redis may have lost something again
--- @include "idempotency"
if ARGV[1] == '' then return { 'run', server_run() } end
if ARGV[1] ~= server_run() then return { 'over' } end
redis.call('SET', known_keys(), ARGV[1])
return { 'trusted' }
