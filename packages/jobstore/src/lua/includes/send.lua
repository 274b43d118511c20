--- @include "place"

-- Steps of an export take places in the window, in which they wait for workers until then.
local function send(id, steps, tenant, ends)
  local placed = {}
  for at, step in ipairs(steps) do placed[2 * at - 1], placed[2 * at] = ends, id .. '/' .. step end
  place(id, placed, tenant)
end
