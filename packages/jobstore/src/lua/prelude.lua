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
-- Numbers are written with %.0f: tostring() loses digits above 14.

local function text(number)
  return string.format('%.0f', number)
end

local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Whether this lease is the latest one of the step and the export still accepts work. A shard has no lease before its
-- stage is open, nor has finalize before all shards are done: an export that was put back may find steps of its life
-- before.
local function holds(export, step, token, nonce)
  local state, open, done, total = unpack(redis.call('HMGET', export, 'state', 'shardsOpen', 'shardsDone', 'shardsTotal'))
  if state ~= 'in-progress' then return false end
  local shard = string.match(step, ':s:shard%-(%d+)$')
  if shard and tonumber(shard) >= tonumber(open) then return false end
  if string.sub(step, -11) == ':s:finalize' and done ~= total then return false end
  local lease = redis.call('HMGET', step, 'token', 'owner')
  return lease[1] == token and lease[2] == nonce
end

-- Puts the parts of a cut behind those of a step, and moves its checkpoint from `from` to `to`.
local function record_cut(export, step, parts, token, from, to, list, read, rows, bytes, skipped)
  redis.call('HINCRBY', step, 'cuts', 1)
  redis.call('HSET', step, 'offset', to, 'cutFrom', from, 'cutBy', token)
  if tonumber(to) > tonumber(from) then
    redis.call('HSET', step, 'attempts', '0')
    redis.call('HDEL', step, 'failure')
  end
  redis.call('RPUSH', parts, list)
  redis.call('HSET', export, 'progressAt', text(now_ms()))
  redis.call('HINCRBY', export, 'bytesRead', read)
  redis.call('HINCRBY', export, 'rowsWritten', rows)
  redis.call('HINCRBY', export, 'bytesWritten', bytes)
  redis.call('HINCRBY', export, 'skippedLines', skipped)
end

