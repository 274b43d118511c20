-- What every script of this folder shares; it is put in front of each of them. Needs Redis 6.2.
--
-- An export is a hash: state, outcome, counters, times, and
--   stages      shards in each stage, '<count>,...'; shardsOpen: shards whose stage is open
--   stepKeys    steps that may have keys, in the order plan, finalize, shard-0, ...
--   decidedBy, endedAt  who entered deciding, and the terminal time that was taken then
-- Each of its steps is a hash of its own:
--   state   'waiting' | 'running' | 'done'
--   token   number of the latest lease; owner: its nonce; lease: when it ends, in ms
--   attempts  claims since the latest committed cut that were not handed back
--   cuts, offset  the checkpoint
--   opened  what the completion of the step opened: '' | '<first>+<count>' | 'finalize'
-- Numbers are written with %.0f: tostring() loses digits above 14.

local function text(number)
  return string.format('%.0f', number)
end

local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Whether this lease is the latest one of the step and the export still accepts work.
local function holds(export, step, token, nonce)
  if redis.call('HGET', export, 'state') ~= 'in-progress' then return false end
  local lease = redis.call('HMGET', step, 'token', 'owner')
  return lease[1] == token and lease[2] == nonce
end

-- Opens the next stage that has shards, or finalize after the last one. Returns what it opened.
local function open_next(export, finalize)
  local open = tonumber(redis.call('HGET', export, 'shardsOpen'))
  local boundary = 0
  for count in string.gmatch(redis.call('HGET', export, 'stages'), '%d+') do
    boundary = boundary + tonumber(count)
    if boundary > open then
      redis.call('HSET', export, 'shardsOpen', text(boundary))
      return text(open) .. '+' .. text(boundary - open)
    end
  end
  redis.call('HSET', finalize, 'state', 'waiting', 'attempts', '0', 'cuts', '0', 'offset', '0')
  return 'finalize'
end

