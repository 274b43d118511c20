-- Purpose: gives a task back and keeps what its activation did. Needs Redis 6.2.
-- KEYS:    1 lock, 2 record
-- ARGV:    1 nonce of the process, 2 the activation as JSON
-- Returns: {'finished'}
--          {'lost'}  the lock had ended; the process that has it now records the next activation
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return { 'lost' } end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[2], 'last', ARGV[2])
return { 'finished' }
