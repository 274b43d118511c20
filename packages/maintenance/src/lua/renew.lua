-- Purpose: keeps a task for a process whose activation goes on. Needs Redis 6.2.
-- KEYS:    1 lock
-- ARGV:    1 nonce of the process, 2 lock in ms
-- Returns: {'renewed'}
--          {'lost'}  the lock had ended
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return { 'lost' } end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return { 'renewed' }
