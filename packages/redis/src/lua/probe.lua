-- Purpose: does once what services do all the time: a script that writes a key and publishes.
-- KEYS: probe
-- ARGV: ms after which the key that was written goes
redis.call('SET', KEYS[1], '', 'PX', ARGV[1])
redis.call('PUBLISH', KEYS[1], '')
