-- What every script of this folder shares; it is put in front of each of them. Needs Redis 6.2.
--
-- An export is a hash: state, outcome, counters, times, and
--   stages      shards in each stage, '<count>,...'; shardsOpen: shards whose stage is open
--   stepKeys    steps that may have keys, in the order plan, finalize, shard-0, ...
--   progressAt  when it was accepted or put back, was started, or last committed something
--   decidedBy, endedAt  who entered deciding, and the terminal time that was taken then
-- Each of its steps is a hash of its own:
--   state   'waiting' | 'running' | 'done'
--   token   number of the latest lease; owner: its nonce; lease: when it ends, in ms
--   attempts  claims since the latest committed cut that were not handed back
--   cuts, offset  the checkpoint
--   skippedLines, firstSkipped, other:<type>, undated, firstUndated  what its cuts came upon: lines passed over, the
--           first of them, resources of other types, and those without a readable date, and the first of them
--   postponements  how often it was postponed since the latest progress; postponedSince, postponedAt  the first time and
--           the latest one
-- Numbers are written with %.0f: tostring() loses digits above 14.

local function text(number)
  return string.format('%.0f', number)
end

local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Tenant and client of exports, by the keys of these. Neither changes in the life of an export.
local known = {}
local function remember_owner(export, tenant, client)
  if tenant and client then known[export] = { tenant, client } end
end

-- The step and its export, as far as scripts need them, when this lease is the latest one of the step and the export
-- still accepts work; else nil. A shard has no lease before its stage is open, nor has finalize before all shards are
-- done: an export that was put back may find steps of its life before.
local function held(export, step, token, nonce)
  local state, open, done, total, tenant, client = unpack(redis.call('HMGET', export,
    'state', 'shardsOpen', 'shardsDone', 'shardsTotal', 'tenant', 'client'))
  if state ~= 'in-progress' then return nil end
  local shard = string.match(step, ':s:shard%-(%d+)$')
  if shard and tonumber(shard) >= tonumber(open) then return nil end
  if string.sub(step, -11) == ':s:finalize' and done ~= total then return nil end
  local its = redis.call('HMGET', step,
    'token', 'owner', 'state', 'cuts', 'offset', 'cutFrom', 'cutBy', 'failure', 'postponements')
  if its[1] ~= token or its[2] ~= nonce then return nil end
  remember_owner(export, tenant, client)
  return {
    state = its[3], cuts = its[4], offset = its[5], from = its[6], by = its[7], tenant = tenant, open = open,
    -- Whether something went wrong since the latest progress.
    faulty = its[8] or its[9],
  }
end

-- A cut is in the same arguments of all scripts that commit one: 3 its number, 4 offset it starts from, 5 offset it ends
-- at, 6 parts as a JSON array, 7 stored bytes read, 8 rows written, 9 bytes written, 10 lines skipped,
-- 11 offset of the first of them, or '', 12 resources of other types as '<type>=<count> ...', 13 resources without a
-- readable date, 14 offset of the first of them, or ''; 1 is the token.

-- How the cut stands to what a held step has stored: it is the 'next' one, or the last one, 'repeated' by its lease;
-- else there is a 'gap'.
local function place_of_cut(step)
  if ARGV[3] == step.cuts and ARGV[4] == step.offset then return 'next' end
  local is_last = tonumber(ARGV[3]) + 1 == tonumber(step.cuts) and ARGV[4] == step.from and ARGV[5] == step.offset
  return is_last and step.by == ARGV[1] and 'repeated' or 'gap'
end

-- What a commit answers for a cut that was recorded before: what the export has written by now.
local function committed(export)
  local rows, bytes = unpack(redis.call('HMGET', export, 'rowsWritten', 'bytesWritten'))
  return { 'committed', rows or '0', bytes or '0' }
end

-- Records the cut of a held step, with other fields that the step gets by it. Returns what a commit answers.
local function record_cut(export, step, parts, was, ...)
  local is_progress = tonumber(ARGV[5]) > tonumber(ARGV[4])
  local fields = { 'cuts', text(tonumber(ARGV[3]) + 1), 'offset', ARGV[5], 'cutFrom', ARGV[4], 'cutBy', ARGV[1], ... }
  if is_progress then fields[#fields + 1], fields[#fields + 2] = 'attempts', '0' end
  redis.call('HSET', step, unpack(fields))
  if is_progress and was.faulty then
    redis.call('HDEL', step, 'failure', 'postponedSince', 'postponedAt', 'postponements')
  end
  redis.call('RPUSH', parts, ARGV[6])
  redis.call('HSET', export, 'progressAt', text(now_ms()))
  redis.call('HINCRBY', export, 'bytesRead', ARGV[7])
  local rows = redis.call('HINCRBY', export, 'rowsWritten', ARGV[8])
  local bytes = redis.call('HINCRBY', export, 'bytesWritten', ARGV[9])
  if ARGV[10] ~= '0' then
    redis.call('HINCRBY', export, 'skippedLines', ARGV[10])
    redis.call('HINCRBY', step, 'skippedLines', ARGV[10])
  end
  if ARGV[11] ~= '' and not redis.call('HGET', step, 'firstSkipped') then
    redis.call('HSET', step, 'firstSkipped', ARGV[11])
  end
  for type, count in string.gmatch(ARGV[12], '(%a*)=(%d+)') do
    redis.call('HINCRBY', step, 'other:' .. type, count)
  end
  if ARGV[13] ~= '0' then redis.call('HINCRBY', step, 'undated', ARGV[13]) end
  if ARGV[14] ~= '' and not redis.call('HGET', step, 'firstUndated') then
    redis.call('HSET', step, 'firstUndated', ARGV[14])
  end
  return { 'committed', text(rows), text(bytes) }
end

