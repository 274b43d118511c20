-- Purpose: reads the exports of an owner in whatever state, the one that was accepted last first.
-- Arrow:   none
-- KEYS:    1 index of live exports, for the slot only
-- ARGV:    1 tenant, 2 client, 3 accepted time of the last one of the page before, or '+inf', 4 its id, or '',
--          5 most exports, 6 prefix
-- Returns: {'owned', <accepted time of the last one>, <its id>, <fields of one, as an array of names and values>, ...}
--          the first two are '' at the end
--- @include "owned"
local most, reply = tonumber(ARGV[5]), { 'owned', '', '' }
local mine, skip, lost = owned_key(ARGV[1], ARGV[2]), 0, {}
while #reply - 3 < most do
  local listed = redis.call('ZRANGE', mine, ARGV[3], '-inf', 'BYSCORE', 'REV', 'LIMIT', skip, most, 'WITHSCORES')
  if #listed == 0 then
    reply[2], reply[3] = '', ''
    break
  end
  for at = 1, #listed, 2 do
    local id, score = listed[at], listed[at + 1]
    if (score ~= ARGV[3] or id < ARGV[4]) and #reply - 3 < most then
      reply[2], reply[3] = score, id
      local fields = redis.call('HGETALL', export_key(id))
      if #fields > 0 then reply[#reply + 1] = fields else lost[#lost + 1] = id end
    end
  end
  skip = skip + most
end
-- An export comes back to the set when it is rebuilt. A Redis that takes no writes is read all the same.
for _, id in ipairs(lost) do redis.pcall('ZREM', mine, id) end
return reply
