-- Purpose: reads completed entries in their order, none of the current millisecond.
-- KEYS:    1 completed, 2 clock
-- ARGV:    1 from, ms, 2 before, ms, 3 time and 4 sequence of the last entry of the page before, or '-1' and '-1',
--          5 most entries
-- Returns: {'page', <entry as JSON>, ...}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local horizon = math.max(tonumber(redis.call('HGET', KEYS[2], 'last') or '0'), now)
local from = math.max(tonumber(ARGV[1]), tonumber(ARGV[3]))
local before = math.min(tonumber(ARGV[2]), horizon)
local most, skip, reply = tonumber(ARGV[5]), 0, { 'page' }
while #reply - 1 < most do
  local listed = redis.call('ZRANGEBYSCORE', KEYS[1], string.format('%.0f', from), '(' .. string.format('%.0f', before),
    'WITHSCORES', 'LIMIT', skip, most)
  if #listed == 0 then break end
  for at = 1, #listed, 2 do
    local sequence, entry = string.match(listed[at], '^(%d+):(.*)$')
    local is_after = tonumber(listed[at + 1]) > tonumber(ARGV[3]) or tonumber(sequence) > tonumber(ARGV[4])
    if is_after and #reply - 1 < most then reply[#reply + 1] = entry end
  end
  skip = skip + most
end
return reply
