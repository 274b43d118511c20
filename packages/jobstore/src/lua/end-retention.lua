-- Purpose: ends the time for which an export that has ended is kept: clients see it no more, and it is deleted next.
-- Arrow:   none: completed, failed and cancelled stay until expire
-- KEYS:    1 export, 2 index of exports that have ended, by expiry
-- ARGV:    1 export id
-- Returns: {'ended'}  again for a repeat
--          {'live'}   it has not ended; nothing has changed
--          {'gone'}
local state = redis.call('HGET', KEYS[1], 'state')
if not state then return { 'gone' } end
if state ~= 'completed' and state ~= 'failed' and state ~= 'cancelled' then return { 'live' } end
redis.call('HSET', KEYS[1], 'expiresAt', '0')
redis.call('ZADD', KEYS[2], '0', ARGV[1])
return { 'ended' }
