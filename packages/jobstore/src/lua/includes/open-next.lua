--- @include "fill"
--- @include "enqueue"
--- @include "parts"

-- Opens the next stage that has shards, or finalize after the last one, and queues it.
local function open_next(export)
  local id, now = id_of(export), text(now_ms())
  local tenant, open, stages = unpack(redis.call('HMGET', export, 'tenant', 'shardsOpen', 'stages'))
  local boundary = 0
  for count in string.gmatch(stages, '%d+') do
    boundary = boundary + tonumber(count)
    if boundary > tonumber(open) then
      redis.call('HSET', export, 'shardsOpen', text(boundary), 'openedAt', now)
      fill(id)
      return
    end
  end
  redis.call('HSET', step_key(id, 'finalize'), 'state', 'waiting', 'attempts', '0', 'cuts', '0', 'offset', '0')
  redis.call('UNLINK', parts_key(id, 'finalize'))
  enqueue(id, 'finalize', tenant, now)
end
