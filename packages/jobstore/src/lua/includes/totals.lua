--- @include "keys"

local totals, preparing = prefix .. ':totals', prefix .. ':preparing'

-- Counts one export more under this name: 'started', or the outcome of one that has ended. It is counted in the script that
-- changes the state, so that both are there or neither, also after a failover.
local function count_export(name) redis.call('HINCRBY', totals, name, 1) end
