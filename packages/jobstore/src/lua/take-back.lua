-- Purpose: lets steps that workers have wait again. Their owners are fenced. A step whose lease was renewed since it was
--          read, or that passed to another owner, stays.
-- Arrow:   none
-- KEYS:    1 window
-- ARGV:    1 steps, as '<export>/<step> <token> <end of its lease, ms>' each ended by a line feed, 2 prefix
-- Returns: {'returned', <steps that wait again>}
--- @include "members"
--- @include "states"
--- @include "enqueue"
local now, returned = now_ms(), 0
for member, token, lease in string.gmatch(ARGV[1], '(%S+) (%d+) (%d+)\n') do
  local id, name = parts_of(member)
  local export_state, tenant = unpack(redis.call('HMGET', export_key(id), 'state', 'tenant'))
  local step = redis.call('HMGET', step_key(id, name), 'state', 'token', 'lease')
  if accepts_work(export_state) and step[1] == 'running' and step[2] == token and step[3] == lease then
    redis.call('HSET', step_key(id, name), 'state', 'waiting', 'lease', '0')
    put_back(id, name, tenant, now)
    returned = returned + 1
  end
end
return { 'returned', text(returned) }
