-- Purpose: tells whether the files of an export are to stay because they are being sent, and for how long that counts.
-- Arrow:   none
-- KEYS:    1 downloads of the export, by the time until which they count, 2 time at which this was first asked
-- ARGV:    1 ms after which downloads do not count any more, 2 ms for which the first time is remembered, 3 prefix
-- Returns: {'awaited'}  some are being sent
--          {'none'}
--          {'spent'}    some are being sent, and it was asked for too long
--- @include "numbers"
local now = now_ms()
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', text(now))
if redis.call('ZCARD', KEYS[1]) == 0 then return { 'none' } end
redis.call('SET', KEYS[2], text(now), 'NX', 'PX', ARGV[2])
local first = tonumber(redis.call('GET', KEYS[2]))
if now - first >= tonumber(ARGV[1]) then return { 'spent' } end
return { 'awaited' }
