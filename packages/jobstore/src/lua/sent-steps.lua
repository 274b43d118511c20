-- Purpose: reads the steps that were sent and are neither done nor back, those first whose time is over or ends the
--          earliest, and the workers that are known. Puts the window right where it disagrees with the steps.
-- Arrow:   none
-- KEYS:    1 window, 2 workers
-- ARGV:    1 most steps, 2 prefix
-- Returns: {'sent', <time, ms>, <workers, each ended by a space>, <step>, ...} where a step is
--          '<export>/<step>/<round> waiting <time from which its delivery is doubted, ms>' or
--          '<export>/<step>/<round> running <end of its lease, ms> <token> <worker>'
--- @include "members"
--- @include "states"
--- @include "hold"
--- @include "unsend"
local now = now_ms()
local reply = { 'sent', text(now), '' }
for _, worker in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. text(now), '+inf')) do
  reply[3] = reply[3] .. worker .. ' '
end

local listed = redis.call('ZRANGE', KEYS[1], 0, tonumber(ARGV[1]) - 1, 'WITHSCORES')
for at = 1, #listed, 2 do
  local member, ends = listed[at], listed[at + 1]
  local id, name = parts_of(member)
  local export_state, tenant = unpack(redis.call('HMGET', export_key(id), 'state', 'tenant'))
  local state, lease, round, token, worker =
    unpack(redis.call('HMGET', step_key(id, name), 'state', 'lease', 'round', 'token', 'worker'))
  local reference = member .. '/' .. (round or '0')
  if not accepts_work(export_state) or state == 'done' then
    leave(id, name, tenant)
  elseif state == 'running' then
    if lease ~= ends then hold(id, name, tenant, lease) end
    reply[#reply + 1] = reference .. ' running ' .. lease .. ' ' .. token .. ' ' .. (worker or '')
  else
    reply[#reply + 1] = reference .. ' waiting ' .. ends
  end
end
return reply
