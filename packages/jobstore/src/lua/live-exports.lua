-- Purpose: reads exports that are not over, in the order in which they were accepted.
-- Arrow:   none
-- KEYS:    1 index of live exports
-- ARGV:    1 accepted time of the last one of the page before, or '-inf', 2 its id, or '', 3 most exports, 4 prefix
-- Returns: {'live', <accepted time of the last one>, <its id>, <fields of one, as an array of names and values>, ...}
--          the first two are '' at the end
--- @include "keys"
local most, reply = tonumber(ARGV[3]), { 'live', '', '' }
local skip = 0
while #reply - 3 < most do
  local listed = redis.call('ZRANGEBYSCORE', KEYS[1], ARGV[1], '+inf', 'WITHSCORES', 'LIMIT', skip, most)
  if #listed == 0 then
    reply[2], reply[3] = '', ''
    break
  end
  for at = 1, #listed, 2 do
    local id, score = listed[at], listed[at + 1]
    if (score ~= ARGV[1] or id > ARGV[2]) and #reply - 3 < most then
      reply[2], reply[3] = score, id
      local fields = redis.call('HGETALL', export_key(id))
      -- Whose hash somebody has removed is for mend.lua to find.
      if #fields > 0 then reply[#reply + 1] = fields end
    end
  end
  skip = skip + most
end
return reply
