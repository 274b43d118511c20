-- Purpose: acts on what the queue of messages says about steps that nobody has claimed. Those without a message wait
--          again in the next round, the others get more time. A step that was claimed, came back or was told about
--          by another process in the meantime is left as it is.
-- Arrow:   none
-- KEYS:    1 window
-- ARGV:    1 ms until a delivery is doubted, 2 steps with a message, as '<export>/<step>/<round>' each ended by a space,
--          3 steps without, 4 prefix
-- Returns: {'resolved', <steps that wait again>}
--- @include "members"
--- @include "send"
--- @include "enqueue"
local now, returned = now_ms(), 0
local function silent(reference)
  local member, round = string.match(reference, '^(.*)/(%d+)$')
  local score = redis.call('ZSCORE', KEYS[1], member)
  if not score or tonumber(score) > now then return nil end
  local id, name = parts_of(member)
  local state, current = unpack(redis.call('HMGET', step_key(id, name), 'state', 'round'))
  local tenant = redis.call('HGET', export_key(id), 'tenant')
  if state == 'running' or state == 'done' or not tenant or (current or '0') ~= round then return nil end
  return id, name, tenant
end

for reference in string.gmatch(ARGV[2], '%S+') do
  local id, name, tenant = silent(reference)
  if id then
    send(id, { name }, tenant, text(now + tonumber(ARGV[1])))
  end
end
for reference in string.gmatch(ARGV[3], '%S+') do
  local id, name, tenant = silent(reference)
  if id then
    put_back(id, name, tenant, now)
    returned = returned + 1
  end
end
return { 'resolved', text(returned) }
