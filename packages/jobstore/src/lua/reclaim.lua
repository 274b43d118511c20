-- Purpose: looks at dispatched steps whose time is over. Those of a lease that has ended wait again, and their owner is
--          fenced. Those that nobody has claimed are told: the queue of messages knows more.
-- Arrow:   none
-- KEYS:    1 window
-- ARGV:    1 most steps, 2 prefix
-- Returns: {'reclaimed', <steps that wait again>, <'<export>/<step>/<round>'>, ...}
local now, returned, reply = now_ms(), 0, { 'reclaimed', '0' }
for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', text(now), 'LIMIT', 0, ARGV[1])) do
  local id, name = parts_of(member)
  local export_state, tenant = unpack(redis.call('HMGET', export_key(id), 'state', 'tenant'))
  local state, lease, round = unpack(redis.call('HMGET', step_key(id, name), 'state', 'lease', 'round'))
  if not accepts_work(export_state) or state == 'done' then
    leave(id, name, tenant)
  elseif state == 'running' and tonumber(lease) > now then
    hold(id, name, tenant, lease)
  elseif state == 'running' then
    redis.call('HSET', step_key(id, name), 'state', 'waiting', 'lease', '0')
    put_back(id, name, tenant, now)
    returned = returned + 1
  else
    reply[#reply + 1] = member .. '/' .. (round or '0')
  end
end
reply[2] = text(returned)
return reply
