-- Purpose: counts a download of a file of an export, or goes on counting it.
-- Arrow:   none
-- KEYS:    1 downloads of the export, by the time until which they count
-- ARGV:    1 name of the download, 2 ms for which it counts, 3 prefix
-- Returns: {'open'}
--- @include "numbers"
redis.call('ZADD', KEYS[1], text(now_ms() + tonumber(ARGV[2])), ARGV[1])
-- The key lasts as long as any of its members counts: all instances count for the same time.
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return { 'open' }
