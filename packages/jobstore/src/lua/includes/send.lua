--- @include "window"

-- Steps of an export take places in the window, in which they wait for workers until then.
local listed = {}
local function send(id, steps, tenant, ends)
  local placed = {}
  for at, step in ipairs(steps) do placed[2 * at - 1], placed[2 * at] = ends, id .. '/' .. step end
  local owner = place(id, placed, tenant)
  if owner and listed[owner] ~= ends then
    redis.call('ZADD', owners, 'GT', ends, owner)
    listed[owner] = ends
  end
end
