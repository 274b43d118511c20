-- Purpose: ends an entry, once.
-- KEYS:    1 open, 2 entries, 3 clock, 4 completed
-- ARGV:    1 id, 2 result as JSON
-- Returns: {'completed'}
--          {'already_completed'}  also when it was timed out, or never begun
--- @include "finish"
local start = redis.call('HGET', KEYS[2], ARGV[1])
if not start then return { 'already_completed' } end
finish(ARGV[1], start, ARGV[2])
return { 'completed' }
