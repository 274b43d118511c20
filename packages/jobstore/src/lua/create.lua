-- Purpose: makes an export that clients do not see yet, with its plan step, unless its owner has one with
--          the same idempotency key, or its tenant is at its limit.
-- Arrow:   (nothing) -> preparing
-- KEYS:    1 export, 2 plan step, 3 index of live exports
-- ARGV:    1 export id, 2 tenant, 3 client, 4 most active exports of the tenant, or 0, 5 ms after which one that is
--          still preparing does not count, 6 digest of the idempotency key, or '', 7 digest of the request, 8 '1' for Bulk Data, or '',
--          9 prefix
-- Returns: {'created', <accepted time, ms>}
--          {'exists'}  there is an export with this id, in whatever state
--          {'held', <id of the export that has the key>, <digest of its request>, <its state>, <its age, ms>}
--          {'full', <active exports of the tenant>}
--          {'unsure'}  nobody holds the key, but Redis may have lost an export that does
--- @include "numbers"
--- @include "states"
--- @include "active"
--- @include "idempotency"
--- @include "owned"
--- @include "totals"
if redis.call('EXISTS', KEYS[1]) == 1 then return { 'exists' } end
if ARGV[6] ~= '' then
  local holder = holder_of(ARGV[2], ARGV[3], ARGV[6])
  if holder then return holder end
  if not knows_all_keys() then return { 'unsure' } end
end

local now, most, active = now_ms(), tonumber(ARGV[4]), active_key(ARGV[2])
if most > 0 and redis.call('ZCARD', active) >= most then
  -- What a kick-off that died has left, or what somebody has removed, takes no place.
  local listed = redis.call('ZRANGE', active, 0, -1, 'WITHSCORES')
  for at = 1, #listed, 2 do
    local state = redis.call('HGET', export_key(listed[at]), 'state')
    local died = state == 'preparing' and tonumber(listed[at + 1]) + tonumber(ARGV[5]) <= now
    if died or not (state == 'preparing' or accepts_work(state)) then redis.call('ZREM', active, listed[at]) end
  end
  local count = redis.call('ZCARD', active)
  if count >= most then return { 'full', text(count) } end
end

local at = text(now)
redis.call('HSET', KEYS[1],
  'id', ARGV[1], 'tenant', ARGV[2], 'client', ARGV[3],
  'state', 'preparing', 'acceptedAt', at,
  'stepKeys', '2', 'shardsOpen', '0', 'shardsDone', '0', 'shardsQueued', '0',
  'bytesTotal', '0', 'bytesRead', '0', 'rowsWritten', '0', 'bytesWritten', '0', 'skippedLines', '0')
redis.call('HSET', KEYS[2], 'state', 'waiting', 'attempts', '0', 'cuts', '0', 'offset', '0')
if ARGV[8] ~= '' then redis.call('HSET', KEYS[1], 'isBulk', ARGV[8]) end
if ARGV[6] ~= '' then hold_key(ARGV[1], ARGV[2], ARGV[3], ARGV[6], ARGV[7]) end
-- Listed from here on, so that a kick-off that died is found.
redis.call('ZADD', KEYS[3], at, ARGV[1])
redis.call('ZADD', preparing, at, ARGV[1])
redis.call('ZADD', active, at, ARGV[1])
redis.call('ZADD', owned_key(ARGV[2], ARGV[3]), at, ARGV[1])
return { 'created', at }
