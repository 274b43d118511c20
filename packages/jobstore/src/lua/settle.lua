-- Purpose: sets the terminal state that manifest.json names, even if another process was deciding another one. Terminal states never change.
-- Arrow:   accepted | in-progress | deciding -> completed | failed | cancelled
--          (the first two when Redis has forgotten a decision that the object store remembers)
-- KEYS:    1 export, 2 index of live exports, 3 index of exports that have ended, by expiry
-- ARGV:    1 export id, 2 outcome, 3 terminal time, ms, 4 expiry, ms, 5 failure as JSON, or '',
--          6 prefix
-- Returns: {'settled', <stepKeys>}  again for a repeat, which changes nothing
--          {'refused'}  another terminal state stands, or the export is preparing
--          {'gone'}
--- @include "retire"
--- @include "totals"
local state, steps = unpack(redis.call('HMGET', KEYS[1], 'state', 'stepKeys'))
if not state then return { 'gone' } end
if state == ARGV[2] then return { 'settled', steps } end
if state ~= 'accepted' and state ~= 'in-progress' and state ~= 'deciding' then return { 'refused' } end

redis.call('HSET', KEYS[1], 'state', ARGV[2], 'outcome', ARGV[2], 'endedAt', ARGV[3], 'expiresAt', ARGV[4])
if ARGV[5] == '' then
  redis.call('HDEL', KEYS[1], 'failure')
else
  redis.call('HSET', KEYS[1], 'failure', ARGV[5])
end
retire(ARGV[1], redis.call('HGET', KEYS[1], 'tenant'))
redis.call('ZREM', KEYS[2], ARGV[1])
count_export(ARGV[2])
redis.call('ZADD', KEYS[3], ARGV[4], ARGV[1])
return { 'settled', steps }
