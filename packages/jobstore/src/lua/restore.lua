-- Purpose: puts back an export that Redis has lost, as the object store remembers it.
-- Arrow:   (nothing) -> accepted | completed | failed | cancelled
-- KEYS:    1 export, 2 plan step, 3 index of live exports, 4 index of exports that have ended, by expiry
-- ARGV:    1 export id, 2 tenant, 3 client, 4 state, 5 accepted time, ms, 6 digest of its idempotency key, or '',
--          7 digest of its request, 8 '1' for Bulk Data, or ''; for a terminal state also 9 start time, ms, or '',
--          10 terminal time, ms, 11 expiry, ms, 12 failure as JSON, or ''; then prefix
-- Returns: {'restored'}
--          {'exists'}  there is an export with this id, in whatever state
--- @include "enqueue"
--- @include "active"
--- @include "idempotency"
--- @include "owned"
--- @include "totals"
if redis.call('EXISTS', KEYS[1]) == 1 then return { 'exists' } end

redis.call('HSET', KEYS[1],
  'id', ARGV[1], 'tenant', ARGV[2], 'client', ARGV[3], 'state', ARGV[4], 'acceptedAt', ARGV[5],
  'stepKeys', '2', 'shardsOpen', '0', 'shardsDone', '0', 'shardsQueued', '0',
  'bytesTotal', '0', 'bytesRead', '0', 'rowsWritten', '0', 'bytesWritten', '0', 'skippedLines', '0')
if ARGV[8] ~= '' then redis.call('HSET', KEYS[1], 'isBulk', ARGV[8]) end
redis.call('ZADD', owned_key(ARGV[2], ARGV[3]), ARGV[5], ARGV[1])
if ARGV[6] ~= '' and ARGV[4] ~= 'cancelled' and not holder_of(ARGV[2], ARGV[3], ARGV[6]) then
  hold_key(ARGV[1], ARGV[2], ARGV[3], ARGV[6], ARGV[7])
end
if ARGV[4] == 'accepted' then
  local now = text(now_ms())
  redis.call('HSET', KEYS[1], 'progressAt', now)
  redis.call('HSET', KEYS[2], 'state', 'waiting', 'attempts', '0', 'cuts', '0', 'offset', '0')
  redis.call('ZADD', KEYS[3], ARGV[5], ARGV[1])
  count_export('started')
  enqueue(ARGV[1], 'plan', ARGV[2], now)
  redis.call('ZADD', active_key(ARGV[2]), now, ARGV[1])
  return { 'restored' }
end

redis.call('HSET', KEYS[1], 'outcome', ARGV[4], 'endedAt', ARGV[10], 'expiresAt', ARGV[11])
if ARGV[9] ~= '' then redis.call('HSET', KEYS[1], 'startedAt', ARGV[9]) end
if ARGV[12] ~= '' then redis.call('HSET', KEYS[1], 'failure', ARGV[12]) end
redis.call('ZADD', KEYS[4], ARGV[11], ARGV[1])
return { 'restored' }
