-- Ends one entry that is open. Its time is never before that of an entry
-- that was ended earlier, whatever the clock does.
-- KEYS: 1 open, 2 entries, 3 clock, 4 completed: sorted set of '<sequence>:<entry as JSON>' by time
local function text(number) return string.format('%.0f', number) end

local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function finish(id, start, result)
  local at = math.max(tonumber(redis.call('HGET', KEYS[3], 'last') or '0'), now_ms())
  local sequence = text(redis.call('HINCRBY', KEYS[3], 'sequence', 1))
  local since = text(tonumber(redis.call('ZSCORE', KEYS[1], id) or at))
  local member = string.rep('0', 16 - #sequence) .. sequence .. ':{"start":' .. start .. ',"startedAt":' .. since ..
    ',"completedAt":' .. text(at) .. ',"sequence":' .. sequence .. ',"result":' .. result .. '}'
  redis.call('ZADD', KEYS[4], text(at), member)
  redis.call('ZREM', KEYS[1], id)
  redis.call('HDEL', KEYS[2], id)
  redis.call('HSET', KEYS[3], 'last', text(at))
  redis.call('HINCRBY', KEYS[3], 'bytes', #member - #start)
end

