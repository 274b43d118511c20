-- Steps of an export that wait: those that may be dispatched, and those that failed and may be dispatched later.
--- @include "keys"

local later = prefix .. ':later'

local function ready_key(id) return prefix .. ':x:' .. id .. ':q' end
local function failed_key(id) return prefix .. ':x:' .. id .. ':l' end

local function order_of(step)
  if step == 'plan' then return '-2' end
  if step == 'finalize' then return '-1' end
  return string.sub(step, 7)
end
